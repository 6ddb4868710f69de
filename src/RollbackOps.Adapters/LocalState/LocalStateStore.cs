using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.LocalState;

/// <summary>
/// State in a folder of this machine: <c>journal.jsonl</c>, its head, and a lease file a key, each guarded by an
/// operating-system lock that dies with its process.
/// </summary>
internal sealed class LocalStateStore : IStateStore
{
    private readonly string _folder;
    private readonly JournalFile _journal;
    private readonly TimeProvider _clock;

    public LocalStateStore(string folder, TimeProvider clock)
    {
        _folder = folder;
        _journal = new JournalFile(folder);
        _clock = clock;
    }

    public string Location => _folder;

    public bool IsLocal => true;

    public byte[] ReadJournal() => _journal.Read();

    public Stream OpenJournal() => _journal.Open();

    public JournalHead? ReadHead() => _journal.ReadHead();

    public void Append(Func<JournalTail, JournalAddition> compose) => _journal.Append(compose);

    public ILease AcquireLease(LeaseRequest request) => LocalLease.Acquire(_folder, request, _clock);

    public LeaseHolder? ReadHolder(string key) => LocalLease.ReadHolder(_folder, key, _clock);

    public bool IsAutomaticOff
    {
        get
        {
            try
            {
                // Whatever it is: a folder, or a link that leads nowhere, was put there for a reason.
                _ = File.GetAttributes(Path.Combine(_folder, "STOP"));
                return true;
            }
            catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
            {
                return false;
            }
            catch (Exception unseen) when (unseen is IOException or UnauthorizedAccessException)
            {
                return true;
            }
        }
    }

    public void KeepNote(string name, byte[] content)
    {
        Directory.CreateDirectory(_folder);
        // Readers see the note before or this one, never half of it.
        var half = Path.Combine(_folder, $"{name}.{Environment.ProcessId}");
        File.WriteAllBytes(half, content);
        File.Move(half, Path.Combine(_folder, name), overwrite: true);
    }

    public byte[]? ReadNote(string name)
    {
        var file = Path.Combine(_folder, name);
        return File.Exists(file) ? File.ReadAllBytes(file) : null;
    }
}
