"""What can be audited, by the names of `aiguilleur audit --profile`."""

from collections.abc import Callable, Mapping

from adapters.audit import lrm, sas_cpts, sas_ps, sas_sos, transporter
from adapters.audit.checks import Check
from adapters.audit.sas_shared import FindAddress

CHECKS: Mapping[str, Callable[[FindAddress | None], tuple[Check, ...]]] = {
    sas_ps.NAME: sas_ps.checks,
    sas_cpts.NAME: sas_cpts.checks,
    sas_sos.NAME: sas_sos.checks,
    lrm.NAME: lrm.checks,
    transporter.NAME: transporter.checks,
}
