namespace RollbackTools.Help;

/// <summary>The help of one cmdlet.</summary>
internal sealed record CommandHelp
{
    public required string Name { get; init; }

    public required string Verb { get; init; }

    public required string Noun { get; init; }

    public required Prose Synopsis { get; init; }

    public required IReadOnlyList<Prose> Description { get; init; }

    public required IReadOnlyList<SyntaxHelp> Syntaxes { get; init; }

    /// <summary>Every parameter but the common ones, in reading order, as the first set that has it uses it.</summary>
    public required IReadOnlyList<ParameterUse> Parameters { get; init; }

    public required IReadOnlyList<TypeHelp> Inputs { get; init; }

    public required IReadOnlyList<TypeHelp> Outputs { get; init; }

    public required IReadOnlyList<ExampleHelp> Examples { get; init; }

    /// <summary>The names of related cmdlets.</summary>
    public IReadOnlyList<string> Related { get; init; } = [];
}

/// <summary>One parameter set.</summary>
internal sealed record SyntaxHelp(string Name, IReadOnlyList<ParameterUse> Parameters);

/// <summary>A parameter as one set uses it.</summary>
internal sealed record ParameterUse
{
    public required ParameterHelp Parameter { get; init; }

    public required bool IsRequired { get; init; }

    /// <summary>Its position from 0, or null when it is given by name only.</summary>
    public required int? Position { get; init; }

    public required bool IsByValue { get; init; }

    public required bool IsByPropertyName { get; init; }
}

/// <summary>What a parameter is, whichever set uses it.</summary>
internal sealed record ParameterHelp
{
    public required string Name { get; init; }

    /// <summary>The short name of its type; a nullable type's underlying one.</summary>
    public required string Type { get; init; }

    public required bool IsSwitch { get; init; }

    public required bool IsList { get; init; }

    public required bool AcceptsWildcards { get; init; }

    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>What it is for, and what each value to choose from means.</summary>
    public required IReadOnlyList<Prose> Description { get; init; }

    /// <summary>The default in words.</summary>
    public required string Default { get; init; }

    /// <summary>The values to choose from, or none when it is open.</summary>
    public required IReadOnlyList<string> Values { get; init; }
}

/// <summary>A type that comes in or goes out.</summary>
internal sealed record TypeHelp(string FullName, Prose Description);

/// <summary>An example.</summary>
internal sealed record ExampleHelp(string Title, string Code, IReadOnlyList<Prose> Explanation);
