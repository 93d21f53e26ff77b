"""Addresses of deals that are not derived."""

from django.urls import path

from rapport.sales.deals import board_screens, step_screens

urlpatterns = [
    path("deals/board", board_screens.board_screen, name="deal-board"),
    path("deals/board/more", board_screens.more_screen, name="deal-board-more"),
    path("deals/board/stamp", board_screens.stamp_screen, name="deal-board-stamp"),
    path("deals/<int:record_id>/move", board_screens.move_screen, name="deal-move"),
    path("deals/<int:record_id>/reopen", board_screens.reopen_screen, name="deal-reopen"),
    path("deals/<int:record_id>/next-step", step_screens.step_screen, name="deal-next-step"),
]
