using System.Text;
using System.Text.RegularExpressions;
using RollbackOps.Adapters.Postgres;
using RollbackOps.Adapters.Tests.Postgres;

namespace RollbackOps.Adapters.Tests.Databases;

public sealed partial class PlainSqlFuzzTests
{
    private const int Texts = 1000;

    private static readonly string[] s_fragments =
    [
        "'", "''", "'a'", "E'", "e'\\'", "\\'", "\\\\'", "'\\'", "U&'x'", "u&\"y\"", "n'", "b'0'", "x'1'", "\"", "\"a\"\"b\"", "$$", "$a$", "$a", "$1", "a$$", "$a$ $b$ $a$",
        "é$é$", "--", "-- '", "-", "/", "/*", "*/", "/**/", "/*/", "+/*", "*", "(", ")", "[", ";", ";\n", "\n", "\n\n", "\r", "\t", " ", "1", "1.5", "1e5", "1e", ".5", "x", "e",
        "é", "::", ":", ":=", ":n", ":=:n", "a:b", "case", "end", "begin", "begin atomic", ";\ncreate function f() begin atomic", ";\ncreate or replace procedure", "create", "function",
        ";\nCOPY t FROM stdin;\n'\n\\N\t$$\n\\.x\n\\.\n", ";\nCOPY t FROM stdin;\n\\.\n", "\nDROP DATABASE live;\n", "\nALTER SYSTEM SET x = 1;\n", ";\nSET x = ", ";\nSET y = 'a' , ",
    ];

    [Fact]
    public async Task Scan_AnyTextInPieces_IsJudgedAsInOne()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var text = Encoding.UTF8.GetBytes(Write(seed, fragments: 12));

            var whole = await ScannedDump.ScanAsync(text);
            foreach (var pieces in new[] { 1, 2, 5 })
            {
                var cut = await ScannedDump.ScanAsync(text, pieces: pieces);
                Assert.Equal(whole.Failure?.Message, cut.Failure?.Message);
                Assert.True(whole.Failure is not null || whole.Passed == cut.Passed, $"seed {seed} in pieces of {pieces}");
            }
        }
    }

    /// <summary>The judge of how a text is cut into statements is psql itself.</summary>
    [PostgresFact]
    public async Task Lexer_AnyText_CutsItAsPsqlDoes()
    {
        var texts = Enumerable.Range(0, Texts).Select(seed => Encoding.UTF8.GetBytes(Write(seed, fragments: 25))).ToList();

        var heard = await PsqlListener.RunAsync(texts);

        var compared = 0;
        foreach (var (seed, text) in texts.Index())
        {
            var own = Cut(text);
            Assert.True(heard[seed].Count >= own.Count, $"seed {seed}: psql sends {heard[seed].Count} statements, not {own.Count}: {Encoding.UTF8.GetString(text)}");
            foreach (var (index, statement) in own.Index())
            {
                // psql leaves comments out, and we do not: what is left has to be from the same place.
                Assert.True(Marks(heard[seed][index]).IsSubsetOf(Marks(statement)), $"seed {seed}, statement {index}: {Encoding.UTF8.GetString(text)}");
                compared++;
            }
        }

        Assert.True(compared > Texts / 2, $"only {compared} statements were compared");
    }

    [PostgresFact]
    public async Task Scan_AnyTextThatPasses_HasPsqlSendNothingElse()
    {
        var passed = new List<byte[]>();
        for (var seed = 0; passed.Count < 150; seed++)
        {
            var scanned = await ScannedDump.ScanAsync($"SET x = {Write(seed, fragments: 5)};\nSET z = 1;\n");
            if (scanned.Failure is null)
            {
                passed.Add(Encoding.UTF8.GetBytes(scanned.Passed));
            }
        }

        PsqlListener.AssertHarmless(await PsqlListener.RunAsync(passed));
    }

    private static string Write(int seed, int fragments)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var index = 0; index < fragments; index++)
        {
            text.Append(s_fragments[random.Next(s_fragments.Length)]);
            if (random.Next(2) == 0)
            {
                text.Append(' ').Append("i0").Append(index).Append(' ');
            }
        }

        return text.ToString();
    }

    private static HashSet<string> Marks(string statement) => [.. Mark().Matches(statement).Select(match => match.Value)];

    /// <summary>The statements up to the first that is unclear or a command to psql.</summary>
    private static List<string> Cut(byte[] text)
    {
        var lexer = new PsqlLexer();
        var statements = new List<string>();
        var (from, at, words) = (0, 0, new List<string>());
        while (lexer.TryRead(text, ref at, keepsText: true, out var kind) && kind is not (SqlTokenKind.Unclear or SqlTokenKind.Command))
        {
            words.Add(lexer.Text);
            if (kind is not (SqlTokenKind.End or SqlTokenKind.CopyEnd))
            {
                continue;
            }

            if (kind == SqlTokenKind.End && words is ["copy", ..])
            {
                lexer.EnterCopy();
                words.Clear();
                continue;
            }

            statements.Add(Encoding.UTF8.GetString(text[from..at]));
            from = at;
            words.Clear();
        }

        return statements;
    }

    [GeneratedRegex(@"i0\d+")]
    private static partial Regex Mark();
}
