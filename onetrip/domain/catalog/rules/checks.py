from onetrip.domain.catalog.documents import Documents
from onetrip.domain.catalog.problems import Problem


def find_problems(read: Documents) -> list[Problem]:
    return []
