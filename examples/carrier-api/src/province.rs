//! The 31 provinces that the simulated operator serves.

/// One province.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Province {
    /// Id used in tables, requests and slots: `zhejiang`.
    pub id: &'static str,
    /// Two letters that start the ids of its plans: `zj`.
    pub code: &'static str,
    /// The word its plans are sold under, in Chinese.
    pub brand_zh: &'static str,
    /// The same in pinyin.
    pub brand_en: &'static str,
    /// Price level in percent of the national list.
    pub level: u32,
}

const fn province(
    id: &'static str,
    code: &'static str,
    brand_zh: &'static str,
    brand_en: &'static str,
    level: u32,
) -> Province {
    Province {
        id,
        code,
        brand_zh,
        brand_en,
        level,
    }
}

/// All provinces, in the official order.
pub const PROVINCES: [Province; 31] = [
    province("beijing", "bj", "京华", "Jinghua", 108),
    province("tianjin", "tj", "津门", "Jinmen", 100),
    province("hebei", "he", "燕赵", "Yanzhao", 93),
    province("shanxi", "sx", "三晋", "Sanjin", 91),
    province("inner-mongolia", "nm", "草原", "Caoyuan", 92),
    province("liaoning", "ln", "辽沈", "Liaoshen", 93),
    province("jilin", "jl", "白山", "Baishan", 90),
    province("heilongjiang", "hl", "龙江", "Longjiang", 89),
    province("shanghai", "sh", "申城", "Shencheng", 110),
    province("jiangsu", "js", "江南", "Jiangnan", 101),
    province("zhejiang", "zj", "之江", "Zhijiang", 100),
    province("anhui", "ah", "徽风", "Huifeng", 92),
    province("fujian", "fj", "八闽", "Bamin", 97),
    province("jiangxi", "jx", "赣江", "Ganjiang", 90),
    province("shandong", "sd", "齐鲁", "Qilu", 95),
    province("henan", "ha", "中原", "Zhongyuan", 90),
    province("hubei", "hb", "荆楚", "Jingchu", 94),
    province("hunan", "hn", "潇湘", "Xiaoxiang", 93),
    province("guangdong", "gd", "岭南", "Lingnan", 104),
    province("guangxi", "gx", "八桂", "Bagui", 88),
    province("hainan", "hi", "椰风", "Yefeng", 96),
    province("chongqing", "cq", "山城", "Shancheng", 94),
    province("sichuan", "sc", "天府", "Tianfu", 92),
    province("guizhou", "gz", "多彩", "Duocai", 86),
    province("yunnan", "yn", "彩云", "Caiyun", 88),
    province("tibet", "xz", "雪域", "Xueyu", 98),
    province("shaanxi", "sn", "秦川", "Qinchuan", 92),
    province("gansu", "gs", "陇原", "Longyuan", 86),
    province("qinghai", "qh", "江源", "Jiangyuan", 90),
    province("ningxia", "nx", "塞上", "Saishang", 87),
    province("xinjiang", "xj", "天山", "Tianshan", 95),
];

/// The province with this id.
pub(crate) fn by_id(id: &str) -> Option<&'static Province> {
    PROVINCES.iter().find(|province| province.id == id)
}
