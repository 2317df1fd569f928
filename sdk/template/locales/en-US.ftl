which-day = { $declined ->
    [0] Which day would you like to come?
   *[other] Which day, then?
}
is-that-right = You would like to come on { $day }. Is that right?
booked = Done: we expect you on { $day }.
