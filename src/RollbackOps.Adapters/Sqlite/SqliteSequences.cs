using System.Globalization;
using Microsoft.Data.Sqlite;
using RollbackOps.Configuration;
using SQLitePCL;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>
/// Sets the counters of AUTOINCREMENT of what is swapped in beyond the live ones: a restored one would give out ids that
/// left-behind rows have already (S30). Tables without AUTOINCREMENT have no counter: SQLite itself gives an id again once
/// its row is gone.
/// </summary>
internal static class SqliteSequences
{
    /// <summary>How far beyond the live value each is set, as PostgreSQL's by default.</summary>
    public const int Reserve = DatabaseSettings.DefaultIdReserve;

    private const string Exists = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'";

    /// <summary>Sets those that are there too; one that has come further stays. Gives what was done, in a few words.</summary>
    /// <param name="live">The live database; null where it cannot be read.</param>
    /// <param name="side">What is swapped in.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RestoreFailed"/>: one would overflow.</exception>
    public static string? Advance(SqliteConnection? live, SqliteConnection side)
    {
        if (side.Scalar(Exists) is null)
        {
            return null;
        }

        List<(string Table, long Last)> given;
        try
        {
            given = live is null ? throw new SqliteException("not opened", raw.SQLITE_CORRUPT) : live.Scalar(Exists) is null ? [] : Read(live);
        }
        catch (SqliteException damaged) when (damaged.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            // A damaged database is what is restored from: it goes all the same.
            return "which ids the damaged one gave cannot be read, and they may be given again";
        }

        var advanced = 0;
        foreach (var (table, last) in given)
        {
            if (last > long.MaxValue - Reserve)
            {
                throw new RollbackOpsException(ErrorId.RestoreFailed,
                    string.Create(CultureInfo.InvariantCulture,
                        $"The ids of the table {Inert.Line(table)} are at {last} and have no {Reserve} values left: ids would be given twice."),
                    "Give the table smaller ids first.", table);
            }

            advanced += Set(side, table, last + Reserve);
        }

        return advanced == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"ids of {advanced} tables go on {Reserve} beyond the kept ones");
    }

    private static List<(string Table, long Last)> Read(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name, max(CAST(seq AS INTEGER)) FROM sqlite_sequence WHERE name IS NOT NULL AND seq IS NOT NULL GROUP BY name";
        using var reader = command.ExecuteReader();
        var rows = new List<(string, long)>();
        while (reader.Read())
        {
            rows.Add((reader.GetString(0), reader.GetInt64(1)));
        }

        return rows;
    }

    /// <summary>A table that is empty, or was never written to, has no counter yet.</summary>
    private static int Set(SqliteConnection side, string table, long value)
    {
        using var command = side.CreateCommand();
        command.Parameters.AddWithValue("$table", table);
        command.Parameters.AddWithValue("$value", value);
        command.CommandText = "SELECT (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $table), (SELECT max(CAST(seq AS INTEGER)) FROM sqlite_sequence WHERE name = $table)";
        bool isThere;
        long? there;
        using (var reader = command.ExecuteReader())
        {
            reader.Read();
            isThere = !reader.IsDBNull(0);
            there = reader.IsDBNull(1) ? null : reader.GetInt64(1);
        }

        if (!isThere || there >= value)
        {
            return 0;
        }

        command.CommandText = there is null
            ? "INSERT INTO sqlite_sequence (name, seq) VALUES ($table, $value)"
            : "UPDATE sqlite_sequence SET seq = $value WHERE name = $table";
        command.ExecuteNonQuery();
        return 1;
    }
}
