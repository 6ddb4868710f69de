using System.Globalization;
using System.Text.Json;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Databases;
using RollbackOps.Diagnostics;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Changes;

/// <summary>
/// The folder of an export: written beside its name, and renamed when it is whole. One that is disposed of before that
/// leaves nothing.
/// </summary>
internal sealed class ChangeFolder : IDisposable
{
    private const string PartialEnding = ".partial";
    private const int LongestName = 40;

    private readonly string _folder;
    private readonly string _partial;
    private readonly List<ChangeFile> _files = [];
    private bool _isKept;

    private ChangeFolder(string folder)
    {
        _folder = folder;
        _partial = folder + PartialEnding;
    }

    /// <summary>Begins one; what a killed process left under its name goes.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static ChangeFolder Begin(string folder)
    {
        var begun = new ChangeFolder(folder);
        Delete(begun._partial);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(begun._partial);
        }
        else
        {
            Directory.CreateDirectory(begun._partial, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        RollbackEvents.Boundary("Export.Begun", folder);
        return begun;
    }

    /// <summary>Creates a file in it.</summary>
    public ChangeFile Create(string name)
    {
        var file = new ChangeFile(Path.Combine(_partial, name));
        _files.Add(file);
        return file;
    }

    /// <summary>A file name for the rows of a table, whatever the table's name holds.</summary>
    public static string NameOf(int number, string table)
    {
        var plain = new string([.. table.Select(one => char.IsAsciiLetterOrDigit(one) || one is '_' or '.' ? one : '-')]).Trim('.', '-');
        return string.Create(CultureInfo.InvariantCulture,
            $"{number:0000}-{(plain.Length > LongestName ? plain[..LongestName] : plain)}.jsonl");
    }

    /// <summary>Writes the manifest and gives the folder its name.</summary>
    public void Keep(LostChangesManifest manifest)
    {
        using (var file = Create(LostChangesManifest.FileName))
        {
            file.WriteLine(JsonSerializer.SerializeToUtf8Bytes(manifest, RollbackJson.Indented.LostChangesManifest));
            file.Finish();
        }

        Durable.SyncFolder(_partial);
        RollbackEvents.Boundary("Export.Written", _folder);
        // An earlier one of this name is of the same swap: a process was killed before it could say so.
        Delete(_folder);
        RollbackEvents.Boundary("Export.Unnamed", _folder);
        Directory.Move(_partial, _folder);
        RollbackEvents.Boundary("Export.Named", _folder);
        Durable.SyncFolder(Path.GetDirectoryName(_folder)!);
        _isKept = true;
    }

    public void Dispose()
    {
        _files.ForEach(file => file.Dispose());
        if (!_isKept)
        {
            Delete(_partial);
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
