"""What a new block holds before its author changes it: the structured reflection and rubric of our proposal.

Authored content, hence in Vietnamese: it is a starting text for authors, not part of the interface.
Level names are those of the professional standards (Thông tư 20/2018/TT-BGDĐT).
"""

from __future__ import annotations

from typing import Any

_LEVELS = (("chua-dat", "Chưa đạt", 0, 4), ("dat", "Đạt", 5, 6), ("kha", "Khá", 7, 8), ("tot", "Tốt", 9, 10))

_CRITERIA = (
    (
        "hieu-noi-dung",
        "Hiểu nội dung mô đun",
        30,
        (
            "Sai hoặc chỉ chép lại tài liệu.",
            "Nêu đúng các ý chính.",
            "Đúng, có liên hệ giữa các phần.",
            "Chính xác, chọn lọc, giải thích được cho đồng nghiệp.",
        ),
    ),
    (
        "lien-he-thuc-tien",
        "Liên hệ thực tiễn lớp, trường",
        30,
        (
            "Không có ví dụ.",
            "Có một ví dụ chung.",
            "Có ví dụ cụ thể của lớp mình.",
            "Có ví dụ kèm minh chứng về việc học của học sinh.",
        ),
    ),
    (
        "ke-hoach-van-dung",
        "Kế hoạch vận dụng",
        25,
        (
            "Không có kế hoạch.",
            "Có việc làm nhưng thiếu thời gian.",
            "Đủ việc, thời gian, đối tượng.",
            "Khả thi, có cách thu minh chứng và điều chỉnh.",
        ),
    ),
    (
        "tiep-thu-tu-to",
        "Tiếp thu từ sinh hoạt tổ",
        15,
        (
            "Không nhắc đến buổi sinh hoạt.",
            "Có nhắc đến buổi sinh hoạt.",
            "Nêu ý kiến cụ thể của đồng nghiệp.",
            "Cho thấy suy nghĩ thay đổi nhờ trao đổi.",
        ),
    ),
)


def rubric() -> dict[str, Any]:
    """The default rubric as JSON data for the field."""
    return {
        "scale": "10",
        "step": "0.25",
        "pass_mark": "5",
        "lowest_level_fails": True,
        "criteria": [_criterion(*row) for row in _CRITERIA],
    }


def _criterion(slug: str, title: str, weight: int, descriptors: tuple[str, ...]) -> dict[str, Any]:
    levels = [
        {"slug": level, "title": name, "low": str(low), "high": str(high), "descriptor": descriptor}
        for (level, name, low, high), descriptor in zip(_LEVELS, descriptors, strict=True)
    ]
    return {"slug": slug, "title": title, "weight": str(weight), "levels": levels}


def prompts() -> list[dict[str, Any]]:
    """The default structured reflection as JSON data for the field."""
    rows = (
        ("dieu-hoc-duoc", "Điều tôi học được", "Chọn một hoặc hai điều có ích nhất với lớp của thầy/cô.", 40, 400),
        (
            "nghi-khac",
            "Điều tôi đã nghĩ khác sau khi trao đổi ở tổ",
            "Thầy/cô giữ nguyên hay điều chỉnh suy nghĩ ban đầu? Ý kiến của ai đã giúp thầy/cô thay đổi?",
            40,
            400,
        ),
        ("se-thu", "Việc tôi đã hoặc sẽ thử", "Ghi rõ: lớp, thời gian, minh chứng sẽ thu.", 30, 300),
    )
    made: list[dict[str, Any]] = [
        {"slug": slug, "title": title, "help": text, "min_words": low, "max_words": high, "required": True}
        for slug, title, text, low, high in rows
    ]
    made.append(
        {
            "slug": "kho-khan",
            "title": "Khó khăn, điều kiện cần hỗ trợ",
            "help": "Không bắt buộc. Giáo viên cốt cán sẽ đọc phần này trước.",
            "min_words": 0,
            "max_words": 300,
            "required": False,
        }
    )
    return made
