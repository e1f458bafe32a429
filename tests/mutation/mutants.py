"""Mutants of one module: each is the module with one thing changed, imported in its place.

Decides what is changed: comparisons, ``and`` and ``or``, ``not``, numbers, words without a blank (a sentence for people
is no law), sums, what is given back, and whether what only acts is there (a call, a ``yield``, a ``raise``).

Invariants:
- Files stay as they are: the change is made to the tree that is compiled, in a process of its own.
- The same module gives the same mutants in the same order.
"""

import ast
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}


def file_of(module: str) -> Path:
    """The file of a module by its dotted name."""
    return ROOT / f"{module.replace('.', '/')}.py"


class _Change(ast.NodeTransformer):
    """Changes the place of that number, and notes the lines; None: notes only."""

    def __init__(self, number: int | None) -> None:
        self._number, self.what = number, ""
        self.lines: list[int] = []
        self._kept: set[int] = set()

    def _is_here(self, node: ast.AST, what: str) -> bool:
        here = len(self.lines) == self._number
        self.lines.append(getattr(node, "lineno", 0))
        if here:
            self.what = f"line {getattr(node, 'lineno', 0)}: {what}: {ast.unparse(node)[:80]}"
        return here

    def visit_Module(self, node: ast.Module) -> ast.AST:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                self._keep_docstring(inner)
            elif isinstance(inner, ast.JoinedStr | ast.AnnAssign | ast.arg):
                typed = inner.annotation if isinstance(inner, ast.AnnAssign | ast.arg) else inner
                self._kept |= {id(one) for one in ast.walk(typed)} if typed else set()
        for statement in node.body:
            if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
                self._kept |= {id(one) for one in ast.walk(statement)}
        return self.generic_visit(node)

    def _keep_docstring(self, node: ast.AST) -> None:
        for statement in getattr(node, "body", []):
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                self._kept |= {id(statement), id(statement.value)}
        self._kept |= {id(one) for given in getattr(node, "decorator_list", []) for one in ast.walk(given)}
        if returned := getattr(node, "returns", None):
            self._kept |= {id(one) for one in ast.walk(returned)}

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        for at, operator in enumerate(node.ops):
            if type(operator) in _COMPARED and self._is_here(node, "another comparison"):
                node.ops[at] = _COMPARED[type(operator)]()
        return self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        if self._is_here(node, "and for or"):
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        here = isinstance(node.op, ast.Not) and self._is_here(node, "without not")
        self.generic_visit(node)
        return node.operand if here else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if id(node) not in self._kept and type(node.op) in _COUNTED and self._is_here(node, "another sum"):
            node.op = _COUNTED[type(node.op)]()
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        value = node.value
        if id(node) in self._kept or value is None or value is ...:
            return node
        changed: bool | int | str | bytes | None = None
        if isinstance(value, bool):
            changed = not value
        elif isinstance(value, int):
            changed = value + 1
        elif isinstance(value, str) and value and " " not in value:
            changed = f"{value}x"
        elif isinstance(value, bytes) and value:
            changed = value + b"x"
        if changed is not None and self._is_here(node, "another value"):
            return ast.copy_location(ast.Constant(changed), node)
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        # What is False is nothing already to whoever asks whether.
        nothing = node.value is None or (isinstance(node.value, ast.Constant) and not node.value.value)
        here = not nothing and self._is_here(node, "gives nothing back")
        self.generic_visit(node)
        return ast.copy_location(ast.Return(ast.Constant(None)), node) if here else node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        here = id(node) not in self._kept and self._is_here(node, "left out")
        self.generic_visit(node)
        return ast.copy_location(ast.Pass(), node) if here else node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        here = self._is_here(node, "left out")
        self.generic_visit(node)
        return ast.copy_location(ast.Pass(), node) if here else node


def mutant(module: str, number: int) -> tuple[ast.Module, str]:
    """The tree of a module with its change of that number, and what was changed."""
    change = _Change(number)
    tree = change.visit(ast.parse(file_of(module).read_text(encoding="utf-8")))
    return ast.fix_missing_locations(tree), change.what


def lines(module: str) -> list[int]:
    """The line of each mutant of a module, in their order."""
    change = _Change(None)
    change.visit(ast.parse(file_of(module).read_text(encoding="utf-8")))
    return change.lines


class _Mutated(MetaPathFinder, Loader):
    """Imports the mutant in place of its module."""

    def __init__(self, module: str, number: int) -> None:
        self._module, self._number = module, number

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002 - importlib calls it so
        if fullname != self._module:
            return None
        spec = spec_from_loader(fullname, self, origin=str(file_of(fullname)))
        if spec is not None:
            spec.has_location = True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        tree, _ = mutant(self._module, self._number)
        exec(compile(tree, str(file_of(self._module)), "exec"), module.__dict__)  # noqa: S102 - the module itself, changed


def put_in(module: str, number: int) -> None:
    """From now on this process imports the mutant. Raises RuntimeError when the module was imported already."""
    if module in sys.modules:
        raise RuntimeError(f"{module} was imported before its mutant")
    sys.meta_path.insert(0, _Mutated(module, number))
