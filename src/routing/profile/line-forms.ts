import type { EvidenceKind } from './evidence.ts';

/** What a line begins with and what that tells. `also` must stand somewhere in the line. */
export interface LineForm { starts: string; kind?: EvidenceKind; language?: string; votes?: number; also?: string }

/** kind, language, votes, then the beginnings; `a … b` is a line that begins with `a` and holds `b`. */
type Row = readonly [kind: EvidenceKind | null, language: string | null, votes: number, ...forms: string[]];

const ROWS: readonly Row[] = [
  // what went wrong
  ['trace', 'python', 2.5, 'Traceback (most recent', 'File " … , line '], ['trace', 'go', 1.5, 'panic: ', 'goroutine  … ['], ['trace', 'rust', 2, "thread ' … panicked"],
  ['trace', 'java', 1.5, 'Exception in thread', 'Caused by: ', 'java.lang.', 'java.util.', 'org.springframework. … Exception'], ['trace', 'c#', 1.5, 'Unhandled exception. System.', 'System. … Exception:'],
  ['trace', 'php', 2, 'PHP Fatal', 'PHP Warning', 'PHP Parse', 'PHP Notice'], ['trace', 'javascript', 0.8, 'Uncaught ', 'UnhandledPromiseRejection', '(node: … Unhandled', 'at async ', 'at Object.<', 'at node:'],
  ['trace', 'c', 0.4, 'Segmentation fault', '==ERROR: AddressSanitizer', 'Program received signal'], ['trace', null, 0, 'Stack trace:', 'Stacktrace:', 'Unhandled exception', 'Unhandled rejection'],
  ['compiler', 'rust', 2.5, 'error[E'], ['compiler', null, 0, 'error: ', 'fatal error: ', '--> … :'], ['compiler', 'typescript', 2, 'error TS'], ['compiler', 'c#', 2, 'error CS'],
  ['log', 'javascript', 0.8, 'npm ERR!', 'npm error'], ['log', null, 0, 'ERROR ', 'ERROR:', '[ERROR]', 'Error: ', 'FATAL', 'fatal: ', 'CRITICAL', 'E/', '[error]'],
  ['failing', 'python', 1, 'E   ', 'AssertionError', '=== … FAILURES', 'FAILED  … ::'], ['failing', 'go', 1.5, '--- FAIL'],
  ['failing', null, 0, 'FAIL ', 'FAILED ', 'not ok ', 'assertion failed', 'Assertion failed', '✗', '✕', '✖', '● ', 'Expected: ', 'Received: ', 'expected: ', 'Tests: … failed', 'Failures:', '=== FAIL'],
  ['report', null, 0, 'Steps to reproduce', 'Steps to Reproduce', 'To Reproduce', 'Reproduction', 'Describe the bug', 'Bug description', 'Expected behavio', 'Expected result', 'Actual behavio', 'Actual result', 'Current behavio', 'What happened',
    '复现步骤', '重现步骤', '预期行为', '期望结果', '实际结果', '再現手順', '期待', '재현', '예상 결과', 'Pasos para reproducir', 'Comportamiento esperado', 'Passos para reproduzir', 'Comportamento esperado', 'Étapes pour reproduire', 'Comportement attendu',
    'Schritte zum Reproduzieren', 'Erwartetes Verhalten', 'Шаги воспроизведения', 'Шаги для воспроизведения', 'Ожидаемое поведение', 'Ожидаемый результат'],
  // what is pasted
  ['diff', null, 0, 'diff --git ', '@@ -', '--- a/', '+++ b/'],
  ['sql', 'sql', 1.5, 'SELECT ', 'INSERT INTO ', 'CREATE TABLE', 'ALTER TABLE', 'WITH  … AS (', 'UPDATE  … SET ', 'select  … from ', 'create table '],
  ['destructive', 'sql', 1, 'DROP TABLE', 'DROP DATABASE', 'DROP SCHEMA', 'TRUNCATE ', 'DELETE FROM', 'drop table ', 'drop database ', 'delete from ', 'truncate table'],
  ['destructive', 'shell', 0.8, 'rm -rf', 'sudo rm ', 'git push --force', 'git push -f', 'git reset --hard', 'kubectl delete', 'terraform destroy', 'dd if=', 'mkfs', 'docker system prune', 'aws s3 rm'],
  ['contest', null, 0, 'Input:', 'Output:', 'Input\n', 'Output\n', '-----Input', '-----Output', 'Example 1', 'Sample Input', 'Sample Output', 'Constraints', 'Note that the input', 'Explanation:', '输入格式', '输出格式', '输入：', '输出：', '样例', '数据范围', '入力', '出力', '制約', '입력', '출력', 'Entrada', 'Salida', 'Saída', 'Entrée', 'Sortie', 'Eingabe:', 'Ausgabe:', 'Входные данные', 'Выходные данные'],
  // what code begins with
  [null, 'python', 1, 'def  … ):', 'def  … -> ', 'async def ', 'from  … import ', 'import numpy', 'import pandas', 'if __name__', 'elif ', 'print(', '@pytest', '@dataclass', 'import os', 'import sys', 'import re', 'assert  … =='],
  [null, 'javascript', 1, 'console.log', 'function ', 'const  … =', 'let  … =', 'var  … =', 'module.exports', 'export default', 'export const', 'export function', 'export async', "import  … from '", 'import  … from "', 'describe(', 'document.'],
  [null, 'typescript', 1.4, 'interface  … {', 'export interface', 'export type', 'import type', 'type  … = {', 'const  … : string', 'const  … : number', 'function  … : string', 'function  … : number', 'function  … : boolean', 'export enum'],
  [null, 'java', 1.2, 'public class', 'public static void', 'public interface', 'public record', 'private final', 'private static', 'import java', 'import org.', '@Override', '@Autowired', 'System.out'],
  [null, 'c#', 1.4, 'using System', 'using Microsoft', 'public async Task', 'public string', 'Console.Write', '[HttpGet', '[Fact]'], [null, 'go', 1.3, 'func  … {', 'package main', 'package ', 'if err != nil', 'defer ', 'fmt.', 'type  … struct {'],
  [null, 'rust', 1.4, 'fn  … {', 'pub fn', 'pub struct', 'let mut', 'use std', 'use crate', 'impl  … {', '#[derive', 'println!', 'match  … {'], [null, 'c', 1.2, '#include <std', '#define ', 'int main(', 'printf(', 'typedef ', 'struct  … {'],
  [null, 'c++', 1.5, '#include <iostream', '#include <vector', '#include <string>', '#include <bits', 'using namespace', 'std::', 'template<', 'template <'], [null, 'php', 2, '<?php', 'public function', '$this->', 'namespace App'],
  [null, 'kotlin', 1.3, 'fun  … (', 'data class', 'val  … =', 'suspend fun'], [null, 'swift', 1.2, 'import UIKit', 'import SwiftUI', 'guard let', 'if let  … {', '@State'], [null, 'ruby', 1.2, "require '", 'puts ', 'end\n', 'attr_', 'def self.'],
  [null, 'shell', 1.2, '#!/bin/', '#!/usr/bin/env bash', '#!/usr/bin/env sh', 'set -e', 'sudo ', 'apt-get ', 'export PATH'], [null, 'elixir', 1.5, 'defmodule ', 'defp '], [null, 'html', 1, '<!DOCTYPE', '<html', '<div', '<head>'], [null, 'css', 1, '@media ', ':root'],
  [null, 'terraform', 1.5, 'resource "', 'provider "'], [null, 'haskell', 1.2, 'module  … where', 'import qualified'],
];

/** Forms by the code of their first character. */
const FORMS: LineForm[][] = [];
const formsAtCode = new Uint8Array(1 << 16);
for (const [kind, language, votes, ...forms] of ROWS) {
  for (const form of forms) {
    const [starts = '', also] = form.split(' … ');
    const code = starts.charCodeAt(0);
    formsAtCode[code] ||= FORMS.push([]);
    FORMS[(formsAtCode[code] ?? 0) - 1]?.push({ starts, votes, ...(kind === null ? {} : { kind }), ...(language === null ? {} : { language }), ...(also === undefined ? {} : { also }) });
  }
}

/** What a line may be that begins with this character. */
export const lineFormsAt = (code: number): readonly LineForm[] | undefined => FORMS[(formsAtCode[code] ?? 0) - 1];
