using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using RollbackOps.Adapters.Changes;

namespace RollbackOps.Adapters.Postgres;

/// <summary>The large objects of a database, by oid and hash; their content goes piece by piece.</summary>
/// <param name="list">Lists them.</param>
/// <param name="content">Reads what is longer than a piece meanwhile; of the same state.</param>
internal sealed class PostgresLargeObjects(NpgsqlConnection list, NpgsqlConnection content)
{
    private const int Piece = 1 << 16;

    /// <summary>Each one's oid, size and SHA-256, in the order of the oids.</summary>
    public async IAsyncEnumerable<IReadOnlyList<string?>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT oid::bigint, lo_get(oid, 0, {Piece}) FROM pg_largeobject_metadata ORDER BY oid", list);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var oid = reader.GetInt64(0);
            var piece = reader.GetFieldValue<byte[]>(1);
            var size = 0L;
            while (piece.Length > 0)
            {
                hash.AppendData(piece);
                size += piece.Length;
                piece = piece.Length < Piece ? [] : Get(content, oid, size);
            }

            yield return
            [
                oid.ToString(CultureInfo.InvariantCulture), size.ToString(CultureInfo.InvariantCulture),
                Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant(),
            ];
        }
    }

    private static byte[] Get(NpgsqlConnection connection, long oid, long offset)
    {
        using var command = new NpgsqlCommand(
            string.Create(CultureInfo.InvariantCulture, $"SELECT lo_get({oid}, {offset}, {Piece})"), connection);
        return (byte[])command.ExecuteScalar()!;
    }

    /// <summary>How they are written.</summary>
    /// <param name="kept">Where the content of those to write is read.</param>
    internal sealed class Format(NpgsqlConnection kept) : IChangeFormat<IReadOnlyList<string?>>
    {
        public void WriteJson(Utf8JsonWriter json, IReadOnlyList<string?> row)
        {
            json.WriteStartObject();
            json.WriteString("oid", row[0]);
            json.WriteString("size", row[1]);
            json.WriteString("sha256", row[2]);
            json.WriteEndObject();
        }

        public void Delete(ChangeFile script, IReadOnlyList<string?> row) => script.WriteLine($"SELECT pg_catalog.lo_unlink({row[0]});");

        public void Insert(ChangeFile script, IReadOnlyList<string?> row)
        {
            script.WriteLine($"SELECT pg_catalog.lo_create({row[0]});");
            var oid = long.Parse(row[0]!, CultureInfo.InvariantCulture);
            for (var offset = 0L; Get(kept, oid, offset) is { Length: > 0 } piece; offset += piece.Length)
            {
                script.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"SELECT pg_catalog.lo_put({oid}, {offset}, '\\x{Convert.ToHexString(piece)}');"));
            }
        }

        public void End(ChangeFile deletes, ChangeFile inserts)
        {
        }
    }
}
