namespace RollbackOps.Runbooks;

/// <summary>The options of a program or subcommand, written as <c>-f --force -b= --branch= --signed?</c>.</summary>
/// <remarks>= stands for a value that is needed, ? for one that may be given behind an equals sign.</remarks>
internal sealed class OptionTable
{
    private readonly Dictionary<string, char> _kinds = new(StringComparer.Ordinal);

    /// <summary>Reads tables as they are written; a later one does not change what an earlier one says.</summary>
    public OptionTable(params string[] written)
    {
        foreach (var option in written.SelectMany(table => table.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            // -? is an option of psql, of one character.
            var kind = option.Length > 2 && option[^1] is '=' or '?' && option.Length > 2 ? option[^1] : ' ';
            _kinds.TryAdd(kind == ' ' ? option : option[..^1], kind);
        }
    }

    /// <summary>The options' names.</summary>
    public IReadOnlyCollection<string> Names => _kinds.Keys;

    /// <summary>Whether there is such an option.</summary>
    public bool Has(string name) => _kinds.ContainsKey(name);

    /// <summary>Whether the option takes the next word as its value.</summary>
    public bool TakesNext(string name) => _kinds.GetValueOrDefault(name) == '=';

    /// <summary>The one option that a shortened name stands for; null when there is none or more than one.</summary>
    public string? Complete(string shortened)
    {
        string? found = null;
        foreach (var name in _kinds.Keys)
        {
            if (name.StartsWith(shortened, StringComparison.Ordinal))
            {
                if (found is not null)
                {
                    return null;
                }

                found = name;
            }
        }

        return found;
    }
}
