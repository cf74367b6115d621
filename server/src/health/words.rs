//! What each cause is called, and what an operator does about it.

use bidao_schema::api::readiness::{PartCause, Words};

/// What a full disk asks for.
const FREE: [&str; 2] =
    ["腾出空间或扩大磁盘；不必重启必到", "free some space or enlarge the disk; Bidao needs no restart"];

/// The cause and the advice, each in both languages.
pub fn of(cause: PartCause) -> (Words, Words) {
    let [reason_zh, reason_en, advice_zh, advice_en] = match cause {
        PartCause::ClockJumped | PartCause::ClockHeld => of_clock(cause == PartCause::ClockHeld),
        PartCause::DatabaseUnreachable => [
            "连不上数据库，或数据库没有及时回应",
            "the database cannot be reached or does not answer in time",
            "启动数据库，检查网络和磁盘是否挂载；不必重启必到",
            "start the database, check the network and that its disk is mounted; Bidao needs no restart",
        ],
        PartCause::DatabaseFull => [
            "数据库所在磁盘已满，未保存的内容都留在手机上",
            "the database's disk is full; what was not stored waits on the phones",
            FREE[0],
            FREE[1],
        ],
        PartCause::DatabaseReadOnly => [
            "数据库只能读，不能写",
            "the database takes no writes",
            "检查是否连到了备用库，或文件、文件系统是否变成了只读",
            "see whether it is a standby, or its file or file system has become read-only",
        ],
        PartCause::DatabaseBroken => [
            "数据库所在磁盘读写出错",
            "the database's disk fails to read or write",
            "查看系统日志和磁盘状况、配额；恢复后运行 bidao verify",
            "look at the system's log, the disk and its quota; afterwards run bidao verify",
        ],
        PartCause::FilesUnreachable => [
            "照片和签名的存放处用不了；文字照常同步，照片留在手机上",
            "the store of photos and signatures cannot be used; text syncs, photos wait on the phones",
            "启动对象存储或挂载文件夹，检查密钥和权限；不必重启必到",
            "start the bucket's server or mount the folder, check credentials and rights; Bidao needs no restart",
        ],
        PartCause::FilesFull => [
            "照片和签名的存放处已满；文字照常同步，照片留在手机上",
            "the store of photos and signatures is full; text syncs, photos wait on the phones",
            FREE[0],
            FREE[1],
        ],
        PartCause::SpaceLow => [
            "磁盘快满了",
            "little room is left on the disk",
            "腾出空间或扩大磁盘（界限由 --low-space 设定）",
            "free some space or enlarge the disk (--low-space sets the limit)",
        ],
        PartCause::SpaceGone => {
            ["磁盘已满，无法保存", "no room is left on the disk: nothing can be stored", FREE[0], FREE[1]]
        }
    };
    let words = |zh: &str, en: &str| Words { zh: zh.into(), en: en.into() };
    (words(reason_zh, reason_en), words(advice_zh, advice_en))
}

fn of_clock(is_held: bool) -> [&'static str; 4] {
    if is_held {
        [
            "这台机器的时钟不可信，必到按自己的时间继续",
            "this machine's clock is not believed, and Bidao goes on by its own time",
            "校正时钟；若新时间确实正确，用 bidao serve --believe-clock 重启",
            "set the clock; if it is right as it is, start anew with bidao serve --believe-clock",
        ]
    } else {
        [
            "这台机器的时钟跳动过，必到已跟随",
            "this machine's clock jumped, and Bidao followed it",
            "确认时间正确、时间同步正常；一天后不再提示",
            "make sure that it is right and kept right; this is said for a day",
        ]
    }
}
