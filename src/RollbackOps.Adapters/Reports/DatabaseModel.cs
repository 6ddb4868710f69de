using System.Globalization;
using RollbackOps.Databases;
using RollbackOps.Incidents;

namespace RollbackOps.Adapters.Reports;

/// <summary>What the template sees of the database: plain texts, every one of them escaped (S43).</summary>
internal static class DatabaseModel
{
    public static Dictionary<string, object?> Of(DatabaseSection database, Func<string?, string> escape) => new()
    {
        ["restores"] = database.Restores.Select(restore => Restore(restore, escape)).ToList(),
        ["tests"] = database.BackupTests.Select(test => new Dictionary<string, object?>
        {
            ["backup"] = escape(test.Backup),
            ["passed"] = test.IsPassed ? "Passed" : "Failed",
            ["time"] = Seconds(test.RestoreTime + test.CheckTime),
            ["detail"] = escape(test.Detail),
        }).ToList(),
        ["checks"] = database.Checks.Select(check => new Dictionary<string, object?>
        {
            ["name"] = escape(check.Name),
            ["status"] = check.Status.ToString(),
            ["detail"] = escape(string.Join("; ", [check.Detail, .. check.Sample])),
        }).ToList(),
    };

    private static Dictionary<string, object?> Restore(DatabaseRestoreResult restore, Func<string?, string> escape) => new()
    {
        ["title"] = restore.Kind == RestoreKind.Undo ? "Undo of a restore" : "Restore",
        ["status"] = restore.Status.ToString(),
        ["facts"] = Facts(restore, escape)
            .Where(fact => fact.Value is not null)
            .Select(fact => new Dictionary<string, object?> { ["name"] = fact.Name, ["value"] = fact.Value })
            .ToList(),
        ["steps"] = restore.Steps.Select(step => new Dictionary<string, object?>
        {
            ["number"] = step.Number,
            ["kind"] = step.Kind.ToString(),
            ["status"] = step.Status.ToString(),
            ["duration"] = step.Duration is { } duration ? Seconds(duration) : string.Empty,
            ["detail"] = escape(step.Detail),
        }).ToList(),
        ["rows"] = (restore.RowsBefore ?? restore.RowsAfter ?? new Dictionary<string, long>()).Keys
            .Union(restore.RowsAfter?.Keys ?? [])
            .Order(StringComparer.Ordinal)
            .Select(table => new Dictionary<string, object?>
            {
                ["table"] = escape(table),
                ["before"] = Count(restore.RowsBefore, table),
                ["after"] = Count(restore.RowsAfter, table),
            }).ToList(),
    };

    private static IEnumerable<(string Name, string? Value)> Facts(DatabaseRestoreResult restore, Func<string?, string> escape)
    {
        string? Foreign(string? text) => text is null ? null : escape(text);

        return
        [
            ("Database", Foreign(restore.Database)),
            ("Backup", Foreign(restore.Backup)),
            ("Order", restore.Order.ToString()),
            ("Reason", Foreign(restore.Reason)),
            ("Owner", Foreign(restore.Owner)),
            ("Started", restore.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
            ("Duration", Seconds(restore.Duration)),
            ("Outage", restore.Outage is { } outage ? Seconds(outage) : null),
            ("Writes that are missing", restore.LostWrites is { } lost
                ? string.Create(CultureInfo.InvariantCulture, $"{lost.TotalMinutes:0.#} minutes")
                : null),
            ("Kept", Foreign(restore.Kept)),
            ("Swap back with", Foreign(restore.UndoCommand)),
            ("What went wrong", Foreign(restore.Message)),
            ("Next", Foreign(restore.NextStep)),
        ];
    }

    private static string Count(IReadOnlyDictionary<string, long>? rows, string table) =>
        rows is not null && rows.TryGetValue(table, out var count) ? count.ToString(CultureInfo.InvariantCulture) : string.Empty;

    private static string Seconds(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.000} s");
}
