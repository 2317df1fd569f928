which-day = { $declined ->
    [0] 您想哪天过来？
   *[other] 那您想哪天过来？
}
is-that-right = 您想在{ $day }过来，对吗？
booked = 约好了，{ $day }等您过来。
