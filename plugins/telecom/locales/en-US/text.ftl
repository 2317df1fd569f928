# Who
ask-phone = What's your mobile number? I'll look it up for you.
ask-phone-again = Sorry, I didn't get that. Please type your 11-digit mobile number.
number-not-ours = { $phone } is not a mobile number of this carrier. Please type the 11-digit mobile number of your line.
unknown-number = I can't find a line with the number { $phone }. Please check it and type your mobile number again.
verify-first = Thanks. I first need to check that the number ending in { $tail } is yours.
not-verified = I couldn't confirm that this is you, so I can't show or change anything. Please try again later, or ask for a person.
one-number-only = This conversation is verified for the number ending in { $tail }. For another number, please start a new conversation.
carrier-down = Sorry, the carrier's system isn't answering right now. Please try again in a moment.
to-person = Of course. I'm connecting you with a person; one moment please.

choice-own-number = Go on with { $tail }
choice-retry = Try again
choice-person = Talk to a person
choice-leave = Leave it for now

# Usage
usage-data = You have { $left } of data left this month, out of { $total }.
usage-data-gone = Your data for this month is used up: { $left } left of { $total }. I can find you a plan with more if you like.
usage-voice = You have { $left } of calls left. This billing period ends on { $until }.

# Plan
plan-is = You're on { $plan }: { $price } a month with { $data } of data and { $voice } of calls.
balance-is = Your balance is { $balance }.
balance-owed = You owe { $balance }; please top up soon.
contract-until = Your contract runs until { $until }.

# Recommendation
ask-province = Which province do you use your phone in? You can also give me your mobile number.
ask-province-again = I don't know that place. Please name a province or city, for example “Zhejiang”.
ask-data = About how much data do you need a month? You can also tell me your budget.
ask-data-again = Please tell me how much data a month, for example “30 GB”, or pick one.
choice-data-light = Now and then (about { $data })
choice-data-medium = Every day (about { $data })
choice-data-heavy = Lots of video ({ $data } or more)
recommend-offer = These fit. Which one would you like?
recommend-number-kept = Thanks, I have noted your number. Which plan would you like?
recommend-nearest = Nothing fits exactly; these come closest:
recommend-like-yours = Compared with your plan, these are worth a look. Tell me how much data or what budget, and I'll narrow it down.
plans-cheaper = These cost less. Which one?
plans-cheapest = These cost the least. Which one?
plans-dearer = These cost more. Which one?
plans-dearest = These cost the most. Which one?
none-wanted = All right, none of those. What should the plan cost, or how much data do you need? You can also look at these, or say “cancel”:
plans-more-data = These have more data. Which one?
recommend-again = Please pick a plan, or tell me how much data and what budget you have in mind.
recommend-nothing = Sorry, I found no plan that fits.
plan-chosen = Good choice: { $plan }.
choice-none-fits = None of these
choice-other-need = Something else
choice-plan = { $plan }: { $price } a month, { $data }, { $voice }
choice-plan-contract = { $plan }: { $price } a month, { $data }, { $voice }, { $months }-month contract

# Change
ask-plan = You're currently on { $plan } at { $price } a month. What should the new plan cost? I only list plans you're eligible for; you can also pick one:
ask-plan-again = Please tell me the monthly price you want, for example “59 yuan”, or pick a plan.
plans-at-own-price = You already pay { $price } a month, on { $plan }. Other plans at this price:
plans-at-price = These plans cost { $price }. Which one?
plans-near-price = There's no plan at exactly { $price }; these come closest:
plans-for-need = These plans fit. Which one?
plans-near-need = No plan fits exactly; these come closest:
choose-plan-again = Please pick a plan, or name another price, for example “the 89 yuan one”.
no-such-plan = Sorry, I found no such plan. What should it cost a month?
already-on-plan = You're already on { $plan }. Would you like another one? Tell me a price, or pick one:
plan-of-other-province = { $plan } isn't sold in your number's province, so you can't take it. These may suit you:
plan-for-others = { $plan } is only for certain customers (students, people over 60, businesses or new customers), and you're not eligible. These may suit you:
bound-by-contract = Your contract runs until { $until }; the plan can't be changed before then. Shall a person have a look?

confirm-dearer = Please confirm: from { $old-plan } ({ $old-price } a month) to { $plan } ({ $price } a month). That's { $difference } more a month, from { $date }. Shall I go ahead?
confirm-cheaper = Please confirm: from { $old-plan } ({ $old-price } a month) to { $plan } ({ $price } a month). That's { $difference } less a month, from { $date }. Shall I go ahead?
confirm-same-price = Please confirm: from { $old-plan } to { $plan }, still { $price } a month, from { $date }. Shall I go ahead?
not-this-plan = All right, not that one; nothing has been changed.
start-heard = Noted, from { $date }.
start-other = A plan can start at once ({ $today }) or on the first of next month ({ $next-month }), not on { $asked }. I have put it down for { $date }; just say if you would rather have the other.
confirm-again = Change to { $plan }? Please answer yes to confirm, or no.
choice-confirm = Yes, change it
choice-keep = No, keep my plan
fact-price = Monthly price
fact-start = Starts
fact-data = Data
fact-voice = Calls
fact-contract = Contract
fact-contract-none = None
fact-contract-value = { $months } months

change-declined = OK, nothing was changed. You keep your plan.
change-processing = Thanks! Your change is being processed; one moment please.
change-still-processing = It's still being processed. I'll tell you as soon as it's through.
change-slow = This is taking longer than usual. No need to send it again; I'll tell you here as soon as there's news.
change-booked = Done! From { $date } you will be on { $plan }; until then you keep your plan.
change-done = Done! You're now on { $plan }, effective { $date }.
already-changed = You're already on { $plan }, so there's nothing left to do.
refused-by-contract = Your number is still under contract, so it can't be moved to { $plan } yet.
change-refused = The carrier didn't accept the change to { $plan }.
change-refused-again = This change isn't possible right now. Shall a person have a look?
change-unconfirmed = Sorry, the change to { $plan } has not been confirmed yet, so please don't count on it. I've opened a case and someone will check; no need to ask for it again. Would you like to talk to a person?
change-unconfirmed-again = The change has not been confirmed yet; a case is open. Would you like to talk to a person?
change-left = All right. Just tell me if you need anything else.
