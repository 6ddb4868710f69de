using RollbackOps.Databases;

namespace RollbackOps.Adapters.Changes;

/// <summary>What exports of every engine have in common.</summary>
internal static class ChangeExports
{
    /// <summary>What a script says of itself first.</summary>
    public static IEnumerable<string> Heading(ChangeExport export) =>
    [
        $"What {Inert.Line(export.Database)} was, from a restore of the backup {Inert.Line(export.BackupName)}.",
        "Run it on such a restore and on nothing else: the live database gives the same ids to other rows.",
        "It is one transaction: where it fails, nothing has changed.",
    ];

    /// <summary>Finishes one.</summary>
    public static LostChanges Keep(
        ChangeExport export, ChangeFolder folder, ChangeScript script, IReadOnlyList<TableChanges> tables, TableChanges? largeObjects, IReadOnlyList<string> notes)
    {
        folder.Keep(new LostChangesManifest
        {
            Engine = export.Engine,
            Database = export.Database,
            Backup = export.BackupName,
            BackupSha256 = export.BackupSha256,
            ExportedAt = export.At,
            Script = ChangeScript.FileName,
            ScriptSha256 = script.Finish(),
            Tables = tables,
            LargeObjects = largeObjects,
            Notes = notes,
        });
        return new LostChanges
        {
            Database = export.Database,
            Backup = export.BackupName,
            Folder = export.Folder,
            Inserted = tables.Sum(table => table.Inserted) + (largeObjects?.Inserted ?? 0),
            Changed = tables.Sum(table => table.Changed) + (largeObjects?.Changed ?? 0),
            Deleted = tables.Sum(table => table.Deleted) + (largeObjects?.Deleted ?? 0),
            Tables = tables,
            LargeObjects = largeObjects,
            Notes = notes,
        };
    }

    /// <summary>Why there is none.</summary>
    public static RollbackOpsException Failed(ChangeExport export, Exception failure) => new(ErrorId.ExportFailed,
        $"The lost writes of '{export.Database}' cannot be exported to '{export.Folder}': {Inert.Line(failure.Message)}",
        "Check free space and rights there (df, ls -l). The database itself is kept as it is.", export.Folder, failure);
}
