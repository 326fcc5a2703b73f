"""« Partage » : the chart of who sees what, agreements and their receipts, acts asked of those who decide."""
