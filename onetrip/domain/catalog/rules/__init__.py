"""Pure decisions of the catalogue: reading a guide, applying it to a situation, finding an editor's mistakes."""
