"""The briefing: a shortlist as a document for a council, in PDF and as one HTML file that needs nothing else."""

from pipelines.export.briefing.content import Document, briefing
from pipelines.export.briefing.pdf import pdf
from pipelines.export.briefing.webpage import html

__all__ = ["Document", "briefing", "html", "pdf"]
