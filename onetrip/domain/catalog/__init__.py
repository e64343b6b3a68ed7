"""What the city offers and what each situation needs: categories, items, and their guides as versions.

It owns the categories, the service items, the shared vocabulary of materials and the search index. It promises: a
published guide never changes (a case keeps the version it was told), an import is all or nothing, and a guide that
contradicts itself, leaves a situation without an answer or asks a question for nothing is refused with file and line.
"""
