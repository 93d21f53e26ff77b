"""The parts of a configuration, in the order in which they are applied."""

from rapport.workspace.configuration.fields import Fields, Order
from rapport.workspace.configuration.house import Currencies, Teams
from rapport.workspace.configuration.layouts import Layouts
from rapport.workspace.configuration.objects import Objects
from rapport.workspace.configuration.part import Part
from rapport.workspace.configuration.roles import Roles
from rapport.workspace.configuration.views import Views

PARTS: tuple[Part, ...] = (Currencies(), Teams(), Objects(), Fields(), Order(), Roles(), Layouts(), Views())
