"""Who I am here: signing in by phone or WeChat, my account, and a second account of mine."""
