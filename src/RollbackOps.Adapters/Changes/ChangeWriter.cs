using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Changes;

/// <summary>Writes the changes of one table after the other: lines of JSON for people and programs, and the script.</summary>
internal sealed class ChangeWriter
{
    private const int TellEvery = 50_000;

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ChangeFolder _folder;
    private readonly ChangeScript _script;
    private readonly Action<string> _tell;
    private int _files;

    public ChangeWriter(ChangeFolder folder, ChangeScript script, Action<string> tell)
    {
        _folder = folder;
        _script = script;
        _tell = tell;
    }

    /// <summary>Writes a table's; gives it with the counts and the file.</summary>
    public async Task<TableChanges> WriteAsync<TRow>(
        TableChanges table, IAsyncEnumerable<RowChange<TRow>> changes, IChangeFormat<TRow> format, CancellationToken cancellationToken)
        where TRow : class
    {
        var counts = new long[3];
        var line = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(line, s_options);
        var name = ChangeFolder.NameOf(_files + 1, table.Table);
        ChangeFile? file = null;
        await foreach (var change in changes.WithCancellation(cancellationToken))
        {
            file ??= _folder.Create(name);
            counts[(int)change.Kind]++;
            line.ResetWrittenCount();
            json.Reset(line);
            WriteLine(json, change, format);
            file.WriteLine(line.WrittenSpan);
            if (change.Before is not null)
            {
                format.Delete(_script.Deletes, change.Before);
            }

            if (change.After is not null)
            {
                format.Insert(_script.Inserts, change.After);
            }
        }

        if (file is null)
        {
            return table;
        }

        _files++;
        format.End(_script.Deletes, _script.Inserts);
        return table with
        {
            Inserted = counts[(int)RowChangeKind.Inserted],
            Changed = counts[(int)RowChangeKind.Changed],
            Deleted = counts[(int)RowChangeKind.Deleted],
            File = name,
            Sha256 = file.Finish(),
        };
    }

    /// <summary>Rows as they pass, telling now and then how many there were.</summary>
    public async IAsyncEnumerable<TRow> CountedAsync<TRow>(string table, IAsyncEnumerable<TRow> rows)
    {
        var count = 0L;
        await foreach (var row in rows)
        {
            if (++count % TellEvery == 0)
            {
                _tell(string.Create(CultureInfo.InvariantCulture, $"{table}: {count:N0} rows compared"));
            }

            yield return row;
        }
    }

    private static void WriteLine<TRow>(Utf8JsonWriter json, RowChange<TRow> change, IChangeFormat<TRow> format)
        where TRow : class
    {
        json.WriteStartObject();
        json.WriteString("change", change.Kind switch
        {
            RowChangeKind.Inserted => "inserted",
            RowChangeKind.Changed => "changed",
            _ => "deleted",
        });
        Write("before", change.Before);
        Write("after", change.After);
        json.WriteEndObject();
        json.Flush();

        void Write(string name, TRow? row)
        {
            if (row is not null)
            {
                json.WritePropertyName(name);
                format.WriteJson(json, row);
            }
        }
    }
}
