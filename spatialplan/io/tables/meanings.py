"""What headings mean: the words that clerks write over their columns.

A heading is compared without blanks, punctuation and case, once whole and once without what
stands in brackets. It should be a word of the lists; else the listed word that ends last in it
decides, the longest of them, because Chinese headings put last what they are (“站点所属乡镇” is
a township). Within a list the first word is the best: where two columns fit, it wins.
"""

from __future__ import annotations

from collections.abc import Mapping

from spatialplan.model.table import Meaning, TableKind

__all__ = ["FRAMES", "NEVER", "NO_MEANING", "SAME_FOR_ALL", "SERIAL", "words_for"]

SAME_FOR_ALL: Mapping[Meaning, str] = {
    Meaning.OLD_NAME: """
        曾用名 原村名 原名 原名称 旧名 旧称 旧村名 原行政村 原行政村名称 并村前名称
        合并前村名 合并前 撤并前名称 更名前 别名 俗名 又名 oldname formername alias altname""",
    Meaning.TOWNSHIP: """
        乡镇街道 乡镇街道名称 乡镇 乡镇名称 乡镇名 乡镇街办 镇街 镇街名称 街镇 乡街 镇乡
        乡镇办 所属乡镇 所在乡镇 所属乡镇街道 所在乡镇街道 所辖乡镇 所属镇街 所在镇街
        所属镇 所在镇 所属乡 所在乡 所属镇乡 所在镇乡 所属街道 所在街道 所属街镇 所在街镇
        所属乡镇办 所在乡镇办 站点所属镇 站点所在镇 网点所属镇 网点所在镇
        街道乡镇 镇乡街道 乡镇街道办 街道办事处 乡镇办事处 镇办 乡 镇 街道 乡名 镇名 乡镇场
        乡镇农场 town township townname townshipname xiangzhen xzmc 乡级名称 乡级""",
    Meaning.DISTRICT: """
        区县 区县名称 县区 县区名称 县市区 县市区名称 区县市 市县区 县市 县名 县名称 区名
        所属区县 所属县区 所属县市区 所属县 所在县 所在区县 所在县区 所在县市区 所属区 行政区
        行政区县 行政区名称 县级 县级名称 县 区 市县 旗县 county countyname district
        districtname xian xqmc""",
    Meaning.LON: """
        经度 东经 gps经度 gps东经 gps东 gps经 经度坐标 坐标经度 经度值 地理经度 经度e 东经e 中心经度
        十进制经度
        lon lng long longitude longitudes east easting 东坐标 东向坐标 e 经 jd jingdu poix
        x经度 经度x lonx lngx""",
    Meaning.LAT: """
        纬度 北纬 gps纬度 gps北纬 gps北 gps纬 纬度坐标 坐标纬度 纬度值 地理纬度 纬度n 北纬n 中心纬度
        十进制纬度
        lat latitude latitudes north northing 北坐标 北向坐标 n 纬 wd weidu poiy
        y纬度 纬度y laty""",
    Meaning.X: """
        x坐标 坐标x x 横坐标 平面坐标x 大地坐标x xcoord coordx pointx x坐标值 x轴 x轴坐标 xzb
        zbx""",
    Meaning.Y: """
        y坐标 坐标y y 纵坐标 平面坐标y 大地坐标y ycoord coordy pointy y坐标值 y轴 y轴坐标 yzb
        zby""",
    Meaning.LONLAT: """
        经纬度 经纬度坐标 坐标经纬度 坐标 位置坐标 gps坐标 gps 地理坐标 坐标位置 坐标点
        定位坐标 定位 gps定位 gps位置 地图坐标 经纬 经纬坐标 经度纬度 东经北纬 经度和纬度
        纬度经度 坐标经度纬度 坐标值 中心坐标 点位坐标 位置经纬度 地理位置经纬度 lonlat
        lnglat latlon latlng lnglatxy coordinate coordinates coord location geolocation
        xy坐标 坐标xy xy""",
    Meaning.DATUM: """
        坐标系 坐标系统 坐标系类型 坐标类型 坐标系名称 坐标基准 大地基准 基准面 空间参考
        空间参考系 坐标参考系 坐标来源 crs datum epsg srs coordsys coordtype""",
    Meaning.ACCURACY: """
        精度 定位精度 坐标精度 位置精度 点位精度 误差 定位误差 坐标误差 位置误差 点位误差
        中误差 平面精度 accuracy accuracym error precision""",
    Meaning.POPULATION: """
        常住人口 常住人口数 常住人口总数 年末常住人口 人口 人口数 人口总数 总人口 总人口数
        人口合计 人口规模 户籍人口 户籍人口数 户籍总人口 人数 总人数 population pop poptotal totpop
        rk rks""",
    Meaning.HOUSEHOLDS: """
        户数 总户数 户 农户数 居民户数 家庭户数 家庭户 户籍户数 常住户数 村民户数 住户数
        覆盖户数 households hh hhs household hs""",
    Meaning.CAPACITY: """
        容量 设计容量 可服务人口 可服务人口数 可服务的人口数 可服务人数 设计服务人口 最大服务人口
        服务能力 服务容量 capacity supply""",
    Meaning.TIER: """
        层级 级别 站点级别 网点级别 节点级别 站点层级 网点层级 节点层级 站点类型 网点类型
        节点类型 站点类别 网点类别 类型 类别 等级 站点等级 网点等级 体系层级 tier level type
        class category""",
    Meaning.PARENT: """
        上级站点 上级站点名称 上级网点 上级网点名称 上级节点 上级节点名称 上级 上级单位
        上级机构 上级服务站 上级中心 上级站点编码 上级网点编码 上级编码 上级代码 上级站点代码
        隶属 隶属关系 隶属站点 隶属网点 隶属于 归属 归属站点 归属网点 归属站 归属中心
        所属站点 所属站点名称 所属网点 所属网点名称 所属站 所属服务站 所属服务点 所属节点
        所属中心 所属乡镇站 所属乡镇站点 所属集散中心 所属上级 主管站点 主管单位 parent
        parentid parentname upper superior""",
    Meaning.OPENED: """
        开通时间 开通日期 启用日期 启用时间 开业时间 开业日期 投用时间 投用日期 投入使用时间
        运营时间 开始运营时间 建成时间 建成日期 设立时间 设立日期 成立时间 成立日期 开办时间
        开办日期 投运时间 投运日期 开通 启用 建成年份 opened open opendate startdate""",
    Meaning.CLOSED: """
        停运时间 停运日期 停用时间 停用日期 撤销时间 撤销日期 关闭时间 关闭日期 关停时间
        关停日期 停业时间 停业日期 撤点时间 撤并时间 撤并日期 终止日期 停运 停用 撤销 关闭
        关停 closed close closedate enddate""",
}

# Of a station, the people it can serve; of a village, its own.
SERVED = "服务人口 服务人口数 服务人数 覆盖人口 覆盖人口数 覆盖人数"
CODES = """
    统计用区划代码 行政区划代码 区划代码 行政区划编码 区划编码 行政村代码 行政村编码 村代码
    村编码 村级代码 村级编码 村社区代码 村委会代码 村居代码 统计代码 统计区划代码
    城乡划分代码 国标码 编码 代码 code adcode villagecode vcode xzqdm xzqhdm cunid qhdm"""
STATION_CODES = """
    站点编码 站点代码 网点编码 网点代码 站点编号 网点编号 服务点编码 服务点编号 服务站编码
    服务站编号 机构编码 机构代码 节点编码 节点编号 中心编码 中心编号 stationcode stationid
    siteid"""
VILLAGES = """
    行政村名称 行政村 行政村名 村社区名称 村社区 村居名称 村居 村名 村名称 村庄名称 村庄
    村级名称 村委会名称 村委会 村民委员会 村居委会 居委会 社区名称 社区 村屯 村 建制村
    建制村名称 行政村社区 行政村居 所在村 所属村 所在行政村 所属行政村 所在村社区 所属村社区
    站点落地村 落地村 站点所在村 站点所属村 网点所在村 网点所属村 所辖村 覆盖村 村或社区 村居社区
    服务村 village villagename vname cunming cun cmc xzcmc"""
STATIONS = """
    站点名称 网点名称 服务站名称 服务点名称 站点 网点 服务站 服务点 站名 点名 网点名 站点名
    村级服务点 村级服务点名称 村级物流服务点 物流服务点 物流服务点名称 快递服务点 快递服务站
    运输服务站 乡镇运输服务站 综合服务站 综合服务站名称 村邮站 村邮站名称 邮政网点 快递网点
    邮政所 邮局 支局 支局名称 营业网点 驿站 驿站名称 代办点 代办点名称 集散中心 集散中心名称
    中心名称 物流园 物流园名称 物流中心 物流中心名称 配送中心 配送中心名称 分拨中心 仓库名称
    仓库 节点名称 节点 点位名称 点位 机构名称 单位名称 设施名称 设施 门店名称 门店 店名
    station stationname site sitename poiname facility"""
SERVING = """
    服务站 服务站名称 服务点 服务点名称 服务网点 服务网点名称 站点 站点名称 网点 网点名称
    村邮站 村级服务点 物流服务点 村级物流服务点 邮政网点 快递网点 快递服务点 驿站 station
    site"""
NAMES = "名称 名字 name title mc 全称 简称"
HAMLETS = "点位名称 自然村名称 自然村"

# A day's parcels are no people: as a capacity they would make stations seem full or empty.
PARCELS = """
    能力 设计能力 处理能力 日处理能力 日均处理能力 设计处理能力 投递能力 日投递能力 日均投递能力
    派件能力 日派件能力 收件能力 吞吐能力 吞吐量 日吞吐量 处理量 日处理量 日均处理量 处理件数
    日处理件数 日均处理件数 投递量 日投递量 日均投递量 投递件数 派件量 日派件量 日均派件量 收件量
    日收件量 日均收件量 收派件量 业务量 日均业务量 快递量 快件量 邮件量 包裹量 单量 日均单量 件数
    件量 日均件量 日均件数 parcels parcelsperday throughput"""
NO_MEANING = f"""
    {PARCELS}
    序号 编号 备注 说明 地址 详细地址 所在地址 站点地址 网点地址 通讯地址 地点 邮编 邮政编码
    邮政代码 乡镇代码 乡镇编码 乡代码 镇代码 街道代码 县代码 县编码 区县代码 区县编码
    县区代码 省代码 市代码 乡镇长 村主任 村支书 村支部书记 书记 负责人 联系人 站长 面积 海拔
    高程 高度 距离 里程 贫困人口 脱贫人口 流动人口 外出人口 劳动力人口 老年人口 男性人口
    女性人口 低保人口 务工人口 以上人口 以下人口 困难人口 外来人口 留守人口 残疾人口 老龄人口
    城镇人口 农业人口 出生人口 死亡人口 就业人口 帮扶人口 监测人口 收入人口 劳动人口 党员人数
    学生人数 残疾人数 老人人数 脱贫人数 贫困户数 脱贫户数 低保户数 人口密度 从业人数 员工人数
    工作人数 乡镇数 村数 行政村数 社区数 站点数 网点数 乡镇数量 行政村数量 站点数量 网点数量
    营业时间 更新时间 填报时间 采集时间 城乡类型 产业类型 村庄类型 城乡分类 快递类型 隶属省
    坐标备注 省 省份 市 地市 市州 所属市 城市 省市 id fid objectid gid no remark remarks
    address addr city province
    行状态 问题与处理 采用经度 采用纬度 匹配的村 rowstate problemsandrepairs longitudeused
    latitudeused matchedvillage"""
FRAMES = """
    wgs84 wgs 84 gcj02 gcj 02 bd09 bd 09 cgcs2000 amap gaode baidu google tencent gps poi deg
    dd degree degrees dec decimal point center centre geo"""
NEVER = """
    件日 件天 件每日 件每天 件月 件年 日件 天件 容量件 能力件 parcel
    电话 手机 号码 身份证 备注 是否 有无 图片 照片 网址 邮箱 传真 微信 签名 签字 tel phone
    mobile email url remark"""
SERIAL = "序号 编号 序 号 no num 行号 index"

STATION_KINDS = {TableKind.STATION, TableKind.HUB}


def words_for(kind: TableKind) -> dict[Meaning, tuple[str, ...]]:
    """Return the words of each meaning for tables of one kind, the best first.

    Over stations, “行政村” tells where a station is; over villages it is their name, and
    “服务站” is the station that serves them.
    """
    if kind in STATION_KINDS:
        own = {
            Meaning.NAME: f"{STATIONS} {NAMES}",
            Meaning.VILLAGE: VILLAGES,
            Meaning.CODE: f"{STATION_CODES} {CODES}",
            Meaning.CAPACITY: f"{SAME_FOR_ALL[Meaning.CAPACITY]} {SERVED}",
        }
        parent = SAME_FOR_ALL[Meaning.PARENT]
    else:
        own = {
            Meaning.NAME: f"{VILLAGES} {NAMES} {HAMLETS}",
            Meaning.CODE: CODES,
            Meaning.POPULATION: f"{SAME_FOR_ALL[Meaning.POPULATION]} {SERVED}",
        }
        parent = f"{SAME_FOR_ALL[Meaning.PARENT]} {SERVING}"
    listed = {**SAME_FOR_ALL, **own, Meaning.PARENT: parent}
    return {meaning: tuple(words.split()) for meaning, words in listed.items()}
