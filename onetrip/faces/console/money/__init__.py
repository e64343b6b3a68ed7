"""Money in the console: a fee at the window, the officer's till, refunds, reports and the provider's bill."""
