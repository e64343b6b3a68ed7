"""Systems outside: WeChat Pay, and the treasury's platform for electronic invoices."""

from onetrip.domain.payments.gateways.faults import Declined, Unreachable
from onetrip.domain.payments.gateways.invoices import DemoInvoices, HttpInvoices, InvoiceGateway
from onetrip.domain.payments.gateways.wechat_pay import Signed, WeChatPayGateway

__all__ = [
    "Declined",
    "DemoInvoices",
    "HttpInvoices",
    "InvoiceGateway",
    "Signed",
    "Unreachable",
    "WeChatPayGateway",
]
