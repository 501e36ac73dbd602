"""One factory per model of accounts; the table guards use them."""
