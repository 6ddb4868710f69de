using RollbackOps.Databases;

namespace RollbackOps.Adapters.Changes;

/// <summary>An export in the making, whatever the engine: the script, the rows, the tables so far, and what to know of it.</summary>
internal sealed class ChangeDraft
{
    private readonly ChangeExport _export;
    private readonly ChangeFolder _folder;
    private readonly List<TableChanges> _tables = [];
    private readonly List<TableChanges> _dropped = [];

    public ChangeDraft(ChangeExport export, ChangeFolder folder, Action<string> tell)
    {
        _export = export;
        _folder = folder;
        Tell = tell;
        Script = new ChangeScript(folder);
        Writer = new ChangeWriter(folder, Script, tell);
    }

    /// <summary>The script.</summary>
    public ChangeScript Script { get; }

    /// <summary>Writes the rows.</summary>
    public ChangeWriter Writer { get; }

    /// <summary>Is told how far it is.</summary>
    public Action<string> Tell { get; }

    /// <summary>What a person should know.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What a script says of itself first.</summary>
    /// <param name="how">The command that runs it.</param>
    public void BeginScript(string how)
    {
        string[] heading =
        [
            $"What {Inert.Line(_export.Database)} was, from a restore of the backup {Inert.Line(_export.BackupName)}.",
            "Run it on such a restore and on nothing else: the live database gives the same ids to other rows.",
            "It is one transaction: where it fails, nothing has changed.",
            how,
        ];
        foreach (var line in heading)
        {
            Script.Begin.WriteLine("-- " + line);
        }
    }

    /// <summary>A table that the kept database has no more.</summary>
    public void AddDropped(string table, long rows) =>
        _dropped.Add(new TableChanges { Table = Inert.Line(table), Fate = TableFate.Dropped, Deleted = rows });

    /// <summary>A table that was compared; one that does not differ is left out.</summary>
    public void Add(TableChanges table)
    {
        if (table.File is not null || table.Fate != TableFate.Compared || table.AddedColumns.Count + table.DroppedColumns.Count > 0)
        {
            _tables.Add(table);
        }
    }

    /// <summary>Finishes it.</summary>
    public LostChanges Keep(TableChanges? largeObjects = null)
    {
        IReadOnlyList<TableChanges> tables = [.. _tables, .. _dropped];
        _folder.Keep(new LostChangesManifest
        {
            Engine = _export.Engine,
            Database = _export.Database,
            Backup = _export.BackupName,
            BackupSha256 = _export.BackupSha256,
            ExportedAt = _export.At,
            Script = ChangeScript.FileName,
            ScriptSha256 = Script.Finish(),
            Tables = tables,
            LargeObjects = largeObjects,
            Notes = Notes,
        });
        return new LostChanges
        {
            Database = _export.Database,
            Backup = _export.BackupName,
            Folder = _export.Folder,
            Inserted = tables.Sum(table => table.Inserted) + (largeObjects?.Inserted ?? 0),
            Changed = tables.Sum(table => table.Changed) + (largeObjects?.Changed ?? 0),
            Deleted = tables.Sum(table => table.Deleted) + (largeObjects?.Deleted ?? 0),
            Tables = tables,
            LargeObjects = largeObjects,
            Notes = Notes,
        };
    }

    /// <summary>Why there is none.</summary>
    public static RollbackOpsException Failed(ChangeExport export, Exception failure) => new(ErrorId.ExportFailed,
        $"The lost writes of '{export.Database}' cannot be exported to '{export.Folder}': {Inert.Line(failure.Message)}",
        "Check free space and rights there (df, ls -l). The database itself is kept as it is.", export.Folder, failure);
}
