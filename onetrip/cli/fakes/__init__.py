"""Servers that stand for systems outside the city hall's reach: real protocols, invented contents."""
