"""What people and machines touch, one folder per audience. Faces parse, make one domain call, render."""
