namespace RollbackOps.Configuration.Shapes;

/// <summary>One pass over a configuration: what it needs to know and where it notes faults.</summary>
internal sealed class SettingReading
{
    public required ConfigurationFaults Faults { get; init; }

    /// <summary>The folder that relative paths of the file start from.</summary>
    public required string BaseFolder { get; init; }

    /// <summary>The folder that relative paths given by parameters start from: where the user stands.</summary>
    public required string StartFolder { get; init; }

    /// <summary>Whether only a part is read (an environment's, a parameter's), which may leave required settings out.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Whether only faults are looked for, and what is read is not kept.</summary>
    public bool IsCheck { get; init; }

    public string Absolute(string path, SettingSource source) =>
        Path.GetFullPath(path, source == SettingSource.Parameter ? StartFolder : BaseFolder);

    /// <summary>The reading of a complete value inside of a part: a list replaces the one below it as a whole.</summary>
    public SettingReading Complete() => IsPartial
        ? new SettingReading { Faults = Faults, BaseFolder = BaseFolder, StartFolder = StartFolder, IsCheck = IsCheck }
        : this;
}
