"""One factory per model of p2p; the table guards use them."""
