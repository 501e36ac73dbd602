"""One factory per model of workflow; the table guards use them."""
