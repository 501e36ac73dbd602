"""One factory per model of helpdesk; the table guards use them."""
