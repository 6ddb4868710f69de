namespace RollbackOps.Rollbacks;

/// <summary>The records of a journal as they are read, one after the other, and what does not fit among them.</summary>
/// <param name="take">Is given each record that can be read.</param>
internal sealed class JournalChain(Action<JournalRecord>? take = null)
{
    private readonly List<JournalFinding> _findings = [];
    private string _previousHash = JournalCodec.Genesis;
    private long _previousNumber;
    private long _line;
    private long _records;
    private string? _lastHash;

    /// <summary>Adds records that fit together, if they fit onto those before.</summary>
    public bool TryAdd(JournalVerifier.Block block)
    {
        if (block.First != _previousNumber + 1 || block.Previous != _previousHash)
        {
            return false;
        }

        _line += block.Count;
        _records += block.Count;
        _previousNumber = block.First + block.Count - 1;
        _previousHash = _lastHash = block.LastHash;
        return true;
    }

    /// <summary>Adds lines one by one; a last one without a line end was cut off while it was written.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.JournalTooNew"/>.</exception>
    public void Add(ReadOnlySpan<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            _line++;
            var end = lines.IndexOf((byte)'\n');
            if (end < 0)
            {
                Find(JournalFindingKind.TornTail, _line, $"Record {_line} was cut off while it was written; the next write sets it aside.");
                return;
            }

            AddLine(lines[..end]);
            lines = lines[(end + 1)..];
        }
    }

    /// <summary>What it comes to.</summary>
    /// <param name="head">The last record known to have been written, or null.</param>
    public JournalVerifier.Outcome Finish(JournalHead? head)
    {
        if (head is not null && head.Number > _previousNumber)
        {
            Find(JournalFindingKind.Truncated, _previousNumber + 1, $"Records {_previousNumber + 1} to {head.Number} were written and are gone.");
        }

        // A head that was itself cut off while it was written is shorter, and says nothing.
        if (head is { Hash.Length: 64 } && head.Number == _previousNumber && head.Hash != _previousHash)
        {
            Find(JournalFindingKind.Edited, _previousNumber, $"Record {_previousNumber} is not the one that was written last: it was replaced.");
        }

        return new JournalVerifier.Outcome(_records, _lastHash, _findings);
    }

    private void AddLine(ReadOnlySpan<byte> line)
    {
        if (JournalCodec.Parse(line, _line) is not { } record)
        {
            Find(JournalFindingKind.Unreadable, _line, $"Line {_line} is no record.");
            _previousHash = JournalCodec.Hex(line);
            _previousNumber++;
            return;
        }

        if (!JournalCodec.IsIntact(line, record.Hash))
        {
            Find(JournalFindingKind.Edited, _line, $"Record {_line} was changed after it was written.");
        }

        if (record.PreviousHash != _previousHash || record.Number != _previousNumber + 1)
        {
            Find(JournalFindingKind.ChainBroken, _line,
                $"Record {_line} does not follow the one before it: records were removed, inserted or replaced.");
        }

        take?.Invoke(record);
        _records++;
        _previousNumber = record.Number;
        _previousHash = _lastHash = record.Hash;
    }

    private void Find(JournalFindingKind kind, long number, string detail) =>
        _findings.Add(new JournalFinding { Kind = kind, Number = number, Detail = detail });
}
