"""What a new checkpoint holds before its author changes it: one step of each kind that most checkpoints need.

Authored content, hence in Vietnamese: it is a starting text for authors, not part of the interface.
"""

from __future__ import annotations

from typing import Any

from boidung_xblock.authored.checkpoint import AGREEMENT


def steps() -> list[dict[str, Any]]:
    """The default steps as JSON data for the field."""
    return [_read(), _choice(), _short_answer(), _rate()]


def _read() -> dict[str, Any]:
    return {
        "kind": "read",
        "slug": "doc-tai-lieu",
        "title": "Đọc tài liệu",
        "question": "<p>Thầy/cô đọc nội dung phía trên và ghi lại điều cần trao đổi với tổ chuyên môn.</p>",
        "required": True,
        "url": "",
        "minutes": 15,
    }


def _choice() -> dict[str, Any]:
    return {
        "kind": "choice",
        "slug": "cau-hoi-1",
        "title": "Chọn phương án đúng",
        "question": "<p>Chương trình giáo dục phổ thông 2018 xác định bao nhiêu phẩm chất chủ yếu?</p>",
        "required": True,
        "points": "1",
        "attempts": 0,
        "explanation": "<p>Năm phẩm chất: yêu nước, nhân ái, chăm chỉ, trung thực, trách nhiệm.</p>",
        "multiple": False,
        "shuffle": False,
        "options": [
            {"text": "Ba phẩm chất", "correct": False, "feedback": "Thầy/cô xem lại mục về phẩm chất chủ yếu."},
            {"text": "Năm phẩm chất", "correct": True, "feedback": ""},
            {"text": "Mười phẩm chất", "correct": False, "feedback": "Mười là số năng lực cốt lõi."},
        ],
    }


def _short_answer() -> dict[str, Any]:
    return {
        "kind": "short_answer",
        "slug": "lien-he",
        "title": "Liên hệ với lớp của thầy/cô",
        "question": "<p>Điều nào trong nội dung vừa học gần nhất với việc dạy của thầy/cô? Nêu một ví dụ.</p>",
        "required": True,
        "min_words": 20,
        "max_words": 200,
        "model_answer": "",
    }


def _rate() -> dict[str, Any]:
    return {
        "kind": "rate",
        "slug": "tu-danh-gia",
        "title": "Tự đánh giá",
        "question": "<p>Thầy/cô đồng ý với các nhận định sau ở mức nào?</p>",
        "required": True,
        "levels": list(AGREEMENT),
        "items": [
            {"slug": "hieu", "text": "Tôi hiểu nội dung vừa học."},
            {"slug": "van-dung", "text": "Tôi có thể vận dụng vào lớp của mình."},
        ],
    }
