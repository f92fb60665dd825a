"""The warning as a PDF: `warning.warning_pdf`. Python chooses the words, the `.typ` files beside it set them.

Everything that an edition says reaches typst as strings in JSON, never as markup, so that a text cannot become code.
"""
