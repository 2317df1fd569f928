//! What the bot was sure of, and customers took back.

use super::Room;
use crate::{Selection, Why};

#[test]
fn what_a_customer_takes_back_at_once_comes_on_the_list() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    room.said("a", "我要办宽带", "answer", "article roaming at 0.97");
    room.said("a", "转人工", "hand-off", "asked for a person");
    room.said("b", "出国了怎么弄套餐", "answer", "article roaming at 0.97");
    room.said("b", "不对", "decline", "the contact does not want x/usage");
    // Something was said in between, or there was nothing to call off.
    room.said("c", "国际漫游怎么开通", "answer", "article roaming at 0.99");
    room.said("c", "北京", "continue", "fills province");
    room.said("c", "算了", "cancel", "called off");
    room.said("d", "国际漫游怎么开通", "answer", "article roaming at 0.99");
    room.said("d", "取消", "cancel", "there was nothing to cancel");
    room.not_understood("z", "最后一句");
    room.item("最后一句");
    let refused = |room: &Room| {
        let items = room.trainer.list(Selection::Open);
        let mut texts: Vec<String> = items
            .into_iter()
            .filter(|item| item.why == Why::Refused)
            .map(|item| item.text)
            .collect();
        texts.sort();
        texts
    };
    let expected = ["出国了怎么弄套餐", "我要办宽带"];
    assert_eq!(refused(&room), expected);
    // Also after a start, which reads the words again from the journal.
    room.close();
    let room = Room::open(directory.path());
    room.item("我要办宽带");
    room.item("出国了怎么弄套餐");
    assert_eq!(refused(&room), expected);
}
