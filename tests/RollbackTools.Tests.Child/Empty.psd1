@{
    ModuleVersion   = '1.0'
    GUID            = '0c1b8a47-3b5c-4e0e-8f0e-0f6f6c2b7f11'
    CmdletsToExport = @()
}
