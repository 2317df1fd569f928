# 身份
ask-phone = 请告诉我您的手机号码，我来为您查询。
ask-phone-again = 没太明白。请输入 11 位手机号码。
number-not-ours = { $phone } 不是本公司的手机号码。请输入您要办理的 11 位手机号码。
unknown-number = 没有查到号码 { $phone }，请核对后重新输入手机号码。
verify-first = 好的，需要先确认您是尾号 { $tail } 的机主。
not-verified = 暂时无法确认您的身份，所以不能查询或办理。您可以稍后再试，或者转人工。
one-number-only = 本次会话已验证尾号 { $tail } 的号码。要查询其他号码，请新开一个会话。
carrier-down = 抱歉，运营商系统暂时没有响应，请稍后再试。
to-person = 好的，正在为您转接人工客服，请稍候。

choice-own-number = 继续使用尾号 { $tail }
choice-retry = 再试一次
choice-person = 转人工
choice-leave = 先这样吧

# 用量
usage-data = 您本月还剩 { $left } 流量，套餐共 { $total }。
usage-data-gone = 您本月的流量已用完，还剩 { $left }，套餐共 { $total }。需要的话，我可以推荐流量更多的套餐。
usage-voice = 通话还剩 { $left }。本期用量到{ $until }为止。

# 套餐
plan-is = 您现在用的是「{ $plan }」：每月 { $price }，含 { $data } 流量和{ $voice }通话。
balance-is = 话费余额 { $balance }。
balance-owed = 您目前欠费 { $balance }，请及时充值。
contract-until = 合约到{ $until }到期。

# 推荐
ask-province = 您在哪个省份使用？也可以直接告诉我手机号码。
ask-province-again = 没找到这个地方。请告诉我省份或城市，比如「浙江」。
ask-data = 您每个月大概需要多少流量？也可以告诉我预算。
ask-data-again = 请告诉我每月的流量，比如「30GB」，或者选一个。
choice-data-light = 偶尔上网（约 { $data }）
choice-data-medium = 经常上网（约 { $data }）
choice-data-heavy = 看视频多（{ $data } 以上）
recommend-offer = 这几款适合您，想办哪一款？
recommend-number-kept = 好的，号码记下了。您想办哪一款？
recommend-nearest = 没有完全符合的，这几款最接近：
recommend-like-yours = 和您现在的套餐相比，这几款值得看看。也可以告诉我流量或预算，我再帮您挑。
plans-cheaper = 便宜一些的有这几款，选哪一款？
plans-cheapest = 最便宜的是这几款，选哪一款？
plans-dearer = 再贵一点的有这几款，选哪一款？
plans-dearest = 最贵的是这几款，选哪一款？
none-wanted = 好的，这几款都不要。想要每月多少钱、多少流量的？也可以看看这几款，或者说“取消”：
plans-more-data = 流量更多的有这几款，选哪一款？
recommend-again = 请选一款套餐，或者告诉我您想要的流量和预算。
recommend-nothing = 抱歉，没有找到合适的套餐。
plan-chosen = 好的，给您办「{ $plan }」。
choice-none-fits = 都不合适
choice-other-need = 换个条件
choice-plan = { $plan }：{ $price }/月，{ $data }，{ $voice }
choice-plan-contract = { $plan }：{ $price }/月，{ $data }，{ $voice }，合约 { $months } 个月

# 办理
ask-plan = 您现在的套餐是「{ $plan }」，每月 { $price }。想换成多少钱的套餐？我只列出您可以办理的，也可以直接选：
ask-plan-again = 请告诉我想要的月费，比如「59元」，或者选一款套餐。
plans-at-own-price = 您现在用的「{ $plan }」就是 { $price } 的。同价位的还有这些：
plans-at-price = { $price } 的套餐有这些，选哪一款？
plans-near-price = 没有正好 { $price } 的套餐，这几款最接近：
plans-for-need = 符合要求的套餐有这些，选哪一款？
plans-near-need = 没有完全符合的套餐，这几款最接近：
choose-plan-again = 请选一款套餐，或者换个价格，比如「89元的」。
no-such-plan = 抱歉，没有找到这样的套餐。想要每月多少钱的？
already-on-plan = 您现在用的就是「{ $plan }」。想换成别的吗？告诉我月费，或者选一款：
plan-of-other-province = 「{ $plan }」不在您号码的归属地销售，不能办理。可以看看这几款：
plan-for-others = 「{ $plan }」只面向特定人群（学生、60 岁以上、企业或新用户），您暂时不符合条件，不能办理。可以看看这几款：
bound-by-contract = 您的合约到{ $until }才到期，在那之前不能更换套餐。需要人工帮您看看吗？

confirm-dearer = 请确认：从「{ $old-plan }」（{ $old-price }/月）换成「{ $plan }」（{ $price }/月），每月多付 { $difference }，{ $date }起生效。确认办理吗？
confirm-cheaper = 请确认：从「{ $old-plan }」（{ $old-price }/月）换成「{ $plan }」（{ $price }/月），每月少付 { $difference }，{ $date }起生效。确认办理吗？
confirm-same-price = 请确认：从「{ $old-plan }」换成「{ $plan }」，月费 { $price } 不变，{ $date }起生效。确认办理吗？
not-this-plan = 好的，不办这一款，目前什么都没有变更。
start-heard = 好的，{ $date }起生效。
start-other = 套餐可以立即生效（{ $today }），也可以从下个月 1 日（{ $next-month }）起生效，不能从{ $asked }起。先按{ $date }为您办理，要换另一个时间请直接说。
confirm-again = 要换成「{ $plan }」吗？请回答「确认」或「不办了」。
choice-confirm = 确认办理
choice-keep = 不办了
fact-price = 月费
fact-start = 生效日期
fact-data = 流量
fact-voice = 通话
fact-contract = 合约
fact-contract-none = 无
fact-contract-value = { $months } 个月

change-declined = 好的，没有办理，您的套餐不变。
change-processing = 收到，正在为您办理，请稍候。
change-still-processing = 还在办理中，一有结果马上告诉您。
change-slow = 办理时间比平时长一些，请不用重复提交，有结果我会在这里告诉您。
change-booked = 办理成功，{ $date }起换成「{ $plan }」，在那之前您的套餐不变。
change-done = 办理成功，您已换成「{ $plan }」，{ $date }起生效。
already-changed = 您已经在使用「{ $plan }」，不需要再办理。
refused-by-contract = 您的号码还在合约期内，暂时不能换成「{ $plan }」。
change-refused = 运营商没有接受换成「{ $plan }」的申请。
change-refused-again = 这次变更暂时办不了。要转人工看看吗？
change-unconfirmed = 抱歉，换成「{ $plan }」的申请还没有得到确认，暂时不能算办成。我已登记工单，会有人核实，请不要重复办理。要转人工吗？
change-unconfirmed-again = 变更还没有得到确认，已登记工单。要转人工吗？
change-left = 好的，还有别的需要随时告诉我。
