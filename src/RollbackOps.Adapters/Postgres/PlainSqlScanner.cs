using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using RollbackOps.Adapters.Backups;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// Lets through what of a plain SQL dump stays within the one database that psql is connected to, and refuses the rest by
/// its line (S31). Nothing of a statement goes on before it is judged, and what goes on has the dump's own lines, so that
/// psql's complaints name them. Memory is flat at any size of dump, line, statement or text.
///
/// It judges what a dump says, not what the dump's own functions do once a table, a default or a trigger calls them: the
/// role that restores should be no superuser. psql is to run with <c>-X</c>, <c>ON_ERROR_STOP</c> and
/// <c>standard_conforming_strings=on</c>, and in <c>\restrict</c> mode where it has one; it is killed after a refusal, since
/// at the end of its input it would run what it has. One scanner is for one dump.
/// </summary>
internal sealed partial class PlainSqlScanner
{
    private const int PieceSize = 128 * 1024;
    private const int LongestUndecided = 1024 * 1024;
    private const int MostUndecidedTokens = 8192;

    private const string OtherwiseNext =
        "pg_dump writes no such thing into the dump of one database. Look at that line, and take it out if you trust the rest.";

    private const string SeveralNext = "Restore the dump of one database: pg_dump DATABASE, not pg_dumpall.";

    private static readonly byte[] s_byteOrderMark = [0xef, 0xbb, 0xbf];

    private readonly BackupSource _source;
    private readonly bool _skipsDatabaseCommands;
    private readonly PsqlLexer _lexer = new();
    private readonly List<string> _tokens = [];
    private readonly List<string> _leftOut = [];
    private readonly ArrayBufferWriter<byte> _ready = new(PieceSize);
    private readonly ArrayBufferWriter<byte> _held = new();
    private Fate _fate;
    private long _statements;
    private long _statementLine;
    private bool _isInsert;
    private bool _isAfterValues;
    private string _before = string.Empty;
    private bool _isInTransaction;
    private string? _database;
    private bool _isCreated;
    private string? _connection;

    /// <param name="source">The dump.</param>
    /// <param name="skipsDatabaseCommands">
    /// Leaves out what <c>pg_dump -C</c> writes about the database as a whole, instead of refusing it.
    /// </param>
    public PlainSqlScanner(BackupSource source, bool skipsDatabaseCommands)
    {
        _source = source;
        _skipsDatabaseCommands = skipsDatabaseCommands;
    }

    /// <summary>What becomes of the statement that is being read.</summary>
    private enum Fate
    {
        Undecided, Passed, LeftOut,
    }

    /// <summary>Reads a dump and writes what may be run.</summary>
    /// <param name="from">The dump, unpacked.</param>
    /// <param name="to">Where to; <see cref="Stream.Null"/> to look only.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.DumpRefused"/>, or <see cref="ErrorId.BackupInvalid"/>: it is damaged or cut off.
    /// </exception>
    /// <exception cref="IOException">It cannot be read, or the other side has gone.</exception>
    /// <exception cref="InvalidDataException">It cannot be unpacked.</exception>
    public async Task<PlainSqlContent> CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var piece = new byte[PieceSize];
        var length = await from.ReadAtLeastAsync(piece, s_byteOrderMark.Length, throwOnEndOfStream: false, cancellationToken);
        var start = piece.AsSpan(0, length).StartsWith(s_byteOrderMark) ? s_byteOrderMark.Length : 0;
        while (length > 0)
        {
            Take(piece.AsSpan(start, length - start));
            await to.WriteAsync(_ready.WrittenMemory, cancellationToken);
            _ready.ResetWrittenCount();
            start = 0;
            length = await from.ReadAsync(piece, cancellationToken);
        }

        Finish();
        await to.WriteAsync(_ready.WrittenMemory, cancellationToken);
        await to.FlushAsync(cancellationToken);
        return new PlainSqlContent(_statements, _leftOut);
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        if (piece.Contains((byte)0))
        {
            throw DumpErrors.Invalid(_source, "it holds a zero byte, as no SQL does; Windows PowerShell's > makes such files of a dump");
        }

        var (done, at) = (0, 0);
        while (_lexer.TryRead(piece, ref at, keepsText: _fate == Fate.Undecided, out var kind))
        {
            Pass(piece[done..at]);
            done = at;
            Take(kind);
        }

        Pass(piece[done..]);
        if (_held.WrittenCount > LongestUndecided)
        {
            if (_tokens.Count > 0 || !_lexer.IsBlank)
            {
                throw Refuse("it is too long to tell what it is", OtherwiseNext);
            }

            Settle(Fate.Passed);
            _fate = Fate.Undecided;
        }
    }

    private void Take(SqlTokenKind kind)
    {
        if (_tokens.Count == 0)
        {
            _statementLine = _lexer.TokenLine;
        }

        switch (kind)
        {
            case SqlTokenKind.Unclear:
                _statementLine = _lexer.TokenLine;
                throw Refuse("psql and the server, or two versions of them, may read it differently", OtherwiseNext);
            case SqlTokenKind.Command:
                TakeCommand(_lexer.Text);
                Settle(Fate.LeftOut);
                Forget();
                break;
            case SqlTokenKind.CopyEnd:
                Forget();
                break;
            case SqlTokenKind.End:
                TakeEnd();
                break;
            default:
                TakeToken(_lexer.Text);
                break;
        }
    }

    private void TakeToken(string token)
    {
        if (_fate == Fate.Undecided)
        {
            _tokens.Add(token);
            if (_tokens.Count > MostUndecidedTokens)
            {
                throw Refuse("it is too long to tell what it is", OtherwiseNext);
            }

            if (_tokens.Count <= DumpJudge.HeadTokens)
            {
                Decide(isWhole: false);
            }
        }
        else if (_isInsert && DumpJudge.IsMoreThanValues(_before, token, _isAfterValues))
        {
            throw Refuse("it is an INSERT of something else than values", OtherwiseNext);
        }

        _isAfterValues |= token == "values";
        _before = token;
    }

    private void TakeEnd()
    {
        if (_fate == Fate.Undecided)
        {
            Decide(isWhole: true);
        }

        _statements += _fate == Fate.Passed && _tokens.Count > 0 ? 1 : 0;
        _isInTransaction = _tokens is ["begin" or "start", ..] || (_isInTransaction && _tokens is not ["commit"]);
        if (_tokens is ["copy", ..])
        {
            _lexer.EnterCopy();
        }
        else
        {
            Forget();
        }
    }

    private void Decide(bool isWhole)
    {
        var verdict = DumpJudge.Judge(CollectionsMarshal.AsSpan(_tokens), isWhole);
        switch (verdict.Kind)
        {
            case DumpVerdictKind.Refused:
                throw Refuse(verdict.What, OtherwiseNext);
            case DumpVerdictKind.OfDatabase:
                LeaveOut(verdict);
                Settle(Fate.LeftOut);
                break;
            case DumpVerdictKind.Passed:
                _isInsert = _tokens is ["insert", ..];
                Settle(Fate.Passed);
                break;
        }
    }

    /// <summary>The commands of one database's header; another database's would be poured into the same one.</summary>
    private void LeaveOut(DumpVerdict verdict)
    {
        if (!_skipsDatabaseCommands)
        {
            throw Refuse($"{verdict.What} is about a database as a whole, maybe the live one",
                "-SkipDatabaseCommands leaves out what pg_dump -C writes about the database; without -C it writes none of it.");
        }

        _database ??= verdict.Database;
        var isCreating = _tokens is ["create", ..];
        if ((verdict.Database is { } other && other != _database) || (isCreating && _isCreated))
        {
            throw Refuse($"{verdict.What} begins another database, and a restore is of one", SeveralNext);
        }

        _isCreated |= isCreating;
        _leftOut.Add($"line {_statementLine}: {verdict.What}");
    }

    private void TakeCommand(string command)
    {
        if (_fate == Fate.Undecided && _tokens.Count == 0)
        {
            if (Restriction().IsMatch(command))
            {
                // The restriction that counts is the one under which we run psql, with a key that the dump does not know.
                return;
            }

            if (_skipsDatabaseCommands && _isCreated && command == "\\encoding SQL_ASCII")
            {
                // Before it connects by a name that is no plain word; behind it, it sets the encoding again.
                return;
            }

            if (_skipsDatabaseCommands && _isCreated && command.StartsWith("\\connect ", StringComparison.Ordinal)
                && (_connection ??= command) == command)
            {
                // It connects anew after it has set what a new connection takes over, always to the same database.
                _leftOut.Add($"line {_statementLine}: \\connect");
                return;
            }
        }

        _statementLine = _lexer.TokenLine;
        throw Refuse($"{CommandName().Match(command)} is a command to psql itself",
            command.StartsWith("\\c", StringComparison.Ordinal) ? SeveralNext : OtherwiseNext);
    }

    private void Finish()
    {
        if (_lexer.TryReadLast(out var kind))
        {
            Take(kind);
        }

        if (_tokens.Count > 0 || !_lexer.IsBetween)
        {
            var line = _tokens.Count > 0 ? _statementLine : _lexer.TokenLine;
            throw DumpErrors.Invalid(_source, $"it ends in the midst of the statement that begins in line {line}");
        }

        if (_lexer.Heads > _lexer.Tails)
        {
            throw DumpErrors.Invalid(_source, "the line with which pg_dump ends a complete dump is missing");
        }

        if (_isInTransaction)
        {
            throw DumpErrors.Invalid(_source, "it ends without the COMMIT of its transaction");
        }

        if (_statements == 0)
        {
            throw DumpErrors.Invalid(_source, "it holds no statement");
        }

        Settle(Fate.Passed);
    }

    private void Forget()
    {
        _tokens.Clear();
        _before = string.Empty;
        (_fate, _isInsert, _isAfterValues) = (Fate.Undecided, false, false);
    }

    private void Settle(Fate fate)
    {
        _fate = fate;
        Pass(_held.WrittenSpan);
        _held.ResetWrittenCount();
    }

    private void Pass(ReadOnlySpan<byte> part)
    {
        if (_fate != Fate.LeftOut)
        {
            (_fate == Fate.Passed ? _ready : _held).Write(part);
            return;
        }

        var lines = part.Count((byte)'\n');
        _ready.GetSpan(lines)[..lines].Fill((byte)'\n');
        _ready.Advance(lines);
    }

    private RollbackOpsException Refuse(string why, string nextStep) => DumpErrors.Refused(_source, _statementLine, why, nextStep);

    [GeneratedRegex(@"^\\(un)?restrict [A-Za-z0-9]+\r?$")]
    private static partial Regex Restriction();

    [GeneratedRegex(@"^\\\S*")]
    private static partial Regex CommandName();
}
