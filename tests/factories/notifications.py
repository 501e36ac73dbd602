"""One factory per model of notifications; the table guards use them."""
