using 'main.bicep'
extends 'azd.bicepparam'

// Small and open: about 40 dollars a month while one relay runs, with 20 connections to SignalR Service.
param signalRSku = 'Free_F1'
param storageSku = 'Standard_LRS'
param logDailyCapGb = '0.5'
param privateNetworking = false
