"""The live face: one WebSocket a page, over which documents are followed and the two parties of a call find each other.

It promises: a snapshot, then every numbered change in order, none twice, none missing, whatever becomes of Valkey, of a
push or of the connection; documents and signals reach only those who may have them; and a waiting citizen costs little
memory, so that one process holds many thousands. It keeps no truth: kill it and pages come back elsewhere.
"""
