"""Write, read page by page, write: files that somebody asked for."""

from onetrip.domain.insights.flows.writing import write_export

__all__ = ["write_export"]
