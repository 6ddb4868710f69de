using System.Management.Automation;
using RollbackOps;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>
/// What came down the pipeline for a cmdlet that acts on one thing at the end: exactly one of the types it knows.
/// </summary>
internal sealed class InputCollector
{
    private readonly string _expected;
    private readonly Type[] _types;
    private readonly List<object> _inputs = [];
    private RollbackOpsException? _unusable;

    public InputCollector(string expected, params Type[] types)
    {
        _expected = expected;
        _types = types;
    }

    /// <summary>Takes one object; null is none.</summary>
    public void Add(PSObject? input)
    {
        if (input is null)
        {
            return;
        }

        if (!_types.Any(type => type.IsInstanceOfType(input.BaseObject)))
        {
            _unusable ??= ErrorRecords.UnusableInput(input, _expected);
        }

        _inputs.Add(input.BaseObject);
    }

    /// <summary>The one object that came, or null when none was to be expected.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.NoInput"/> or <see cref="ErrorId.MultipleTargets"/>, or one came that cannot be acted on.
    /// </exception>
    public object? Single(bool isInputExpected) => _unusable is not null ? throw _unusable : _inputs.Count switch
    {
        1 => _inputs[0],
        0 when !isInputExpected => null,
        0 => throw new RollbackOpsException(ErrorId.NoInput,
            $"The pipeline gave nothing; expected {_expected}. Nothing was changed.",
            "Look at what the commands before it give; there is never a default target."),
        _ => throw new RollbackOpsException(ErrorId.MultipleTargets,
            $"The pipeline gave {_inputs.Count} objects, and only one can be acted on. Nothing was changed.",
            "Choose one, for example with Where-Object."),
    };
}
