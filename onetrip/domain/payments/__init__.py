"""Fees: orders, attempts to pay them, refunds, the double-entry ledger, shifts, the provider's daily bill.

It promises: a fee is taken at most once, money that has no order waiting for it goes back by itself, every fen stands
in the ledger twice, and what the provider says is believed only with its signature. Amounts are whole fen. An order
knows who pays and for which item; the errand behind it is known to the modules above only.
"""
